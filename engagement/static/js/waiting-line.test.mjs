// What the line says of the outbox: how many wait, how many are to be mended, and of others nothing but their number.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { Keep } from './keep.mjs'
import { save } from './outbox.mjs'
import { said, WaitingLine } from './waiting-line.mjs'

const words = { waiting: '{n} waiting', mend: '{n} to mend', late: 'Unsent for a week', other: '1 entry of another officer waits', others: '{n} entries of others wait' }
const texts = (count) => said({ mine: 0, to_mend: 0, others: 0, late: false, ...count }, words).map(({ text }) => text)

test('nothing waits: nothing is said', () => assert.deepEqual(texts({}), []))

test('what waits, what is to be mended, and what is of others', () => {
  assert.deepEqual(texts({ mine: 2 }), ['2 waiting'])
  assert.deepEqual(texts({ mine: 3, to_mend: 1 }), ['2 waiting', '1 to mend'])
  assert.deepEqual(texts({ others: 1 }), ['1 entry of another officer waits'])
  assert.deepEqual(texts({ mine: 1, others: 3 }), ['1 waiting', '3 entries of others wait'])
})

test('after a week in red', () => {
  assert.deepEqual(said({ mine: 1, to_mend: 0, others: 0, late: true }, words)[1], { text: 'Unsent for a week', red: true })
})

test('what says the same stays where it is: a finger may be on it', async () => {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  const written = []
  const element = () => ({ setAttribute() {}, addEventListener() {}, replaceChildren: (...parts) => written.push(parts.length) })
  globalThis.document = { createElement: element }
  const line = new WaitingLine({ dataset: words, append() {}, classList: { toggle() {} } }, keep, { send: async () => ({}), now: () => 0 })
  const wait = (id) => save(keep, { id, owner: '1', content: { fields: [], title: '' }, kept_at: 0 })
  await wait('a')
  await line.show()
  await line.show()
  assert.equal(written.length, 1)
  await line.tell('Sending.')
  await wait('b')
  await line.show()
  assert.equal(written.length, 3)
})
