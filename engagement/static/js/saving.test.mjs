// The log form without its sentences is left to the service. That it loses nothing with them is held by tests/journeys/test_offline_*.py.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Saving } from './saving.mjs'

test('a page without the words to say begins nothing', () => {
  globalThis.document = { querySelector: () => null }
  assert.equal(Saving.moduleName, 'diary-saving')
  assert.throws(() => new Saving({ addEventListener: () => assert.fail('it listens') }), /no words/)
})

test('a double press saves once, and a button that is not Save is left alone', async () => {
  const saving = Object.assign(Object.create(Saving.prototype), { busy: false, gone: 0, go: async () => { saving.gone += 1; await new Promise((done) => setTimeout(done, 5)) } })
  const event = (submitter = null) => ({ submitter, defaultPrevented: false, preventDefault() { this.defaultPrevented = true } })
  await Promise.all([saving.submit(event()), saving.submit(event())])
  assert.equal(saving.gone, 1)
  const more = event({ name: 'do' })
  await saving.submit(more)
  assert.deepEqual([saving.gone, more.defaultPrevented], [1, false])
})

test('what the device cannot do is left to the form itself', async () => {
  const warn = console.warn
  console.warn = () => {}
  const $form = { submit() { this.sent = true } }
  const saving = Object.assign(Object.create(Saving.prototype), { $form, busy: false, go: async () => { throw new Error('unforeseen') } })
  await saving.submit({ submitter: null, preventDefault() {} })
  console.warn = warn
  assert.equal($form.sent, true)
})

test('an entry that a full phone cannot take back is said to wait as it was', async () => {
  const said = []
  const $form = { hidden: false }
  const keep = { seal: async () => ({}), write: async () => { throw new DOMException('full', 'QuotaExceededError') }, get: async () => ({ id: 'a', owner: '1', state: 'waiting', kept_at: 1 }) }
  const saving = Object.assign(Object.create(Saving.prototype), { $form, keep, ref: 'a', owner: '1', locks: null, now: () => 1, content: async () => ({}), say: (what) => said.push(what) })
  await saving.takeBack()
  await saving.mend('a')
  assert.deepEqual([said, $form.hidden], [['stays', 'stays'], true])
})
