// What is shown of a chosen group: the newest choice only, and nothing for somebody without a group.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AboutGroup, addressOf } from './about-group.mjs'

test('only a group has something to be known', () => {
  assert.equal(addressOf('12'), '/engagements/about-group?group=12')
  assert.equal(addressOf('resident'), null)
  assert.equal(addressOf('new'), null)
})

function root() {
  const listeners = []
  return {
    innerHTML: 'before',
    replaceChildren() { this.innerHTML = '' },
    closest: () => ({ addEventListener: (_type, listener) => listeners.push(listener) }),
    tap: (value) => listeners[0]({ target: { name: 'group', value } }),
  }
}

test('a late answer for another choice is not shown', async () => {
  const $root = root()
  const wait = { 1: 30, 2: 1 }
  const ask = async (address) => {
    const id = address.split('=')[1]
    await new Promise((done) => setTimeout(done, wait[id]))
    return { ok: true, text: async () => `group ${id}` }
  }
  new AboutGroup($root, { ask })
  await Promise.all([$root.tap('1'), $root.tap('2')])
  assert.equal($root.innerHTML, 'group 2')
})

test('a resident clears it, and no signal leaves it', async () => {
  const $root = root()
  new AboutGroup($root, { ask: () => Promise.reject(new Error('offline')), without: async () => [] })
  await $root.tap('4')
  assert.equal($root.innerHTML, 'before')
  await $root.tap('resident')
  assert.equal($root.innerHTML, '')
})
