// What is remembered of a place: that it was wanted, and never where it was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { locate, unasked, want, wanted } from './here.mjs'

function store() {
  const kept = new Map()
  return { kept, getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value), removeItem: (name) => kept.delete(name) }
}

test('the choice is remembered as on or not at all', () => {
  const here = store()
  assert.equal(wanted(here), false)
  want(true, here)
  assert.equal(wanted(here), true)
  assert.deepEqual([...here.kept.values()], ['on'])
  want(false, here)
  assert.equal(wanted(here), false)
  assert.equal(here.kept.size, 0)
})

test('only a granted permission goes unasked', async () => {
  for (const [state, answer] of [['granted', true], ['prompt', false], ['denied', false]]) {
    assert.equal(await unasked({ query: async () => ({ state }) }), answer)
  }
  assert.equal(await unasked({ query: () => Promise.reject(new Error('unknown')) }), false)
  assert.equal(await unasked(null), false)
})

test('a place is two numbers; a refusal is an error, and so is a device without one', async () => {
  const coords = { latitude: 50.8, longitude: -1.9, accuracy: 12, speed: 3 }
  assert.deepEqual(await locate({ getCurrentPosition: (found) => found({ coords }) }), { latitude: 50.8, longitude: -1.9 })
  await assert.rejects(locate({ getCurrentPosition: (_found, failed) => failed(new Error('denied')) }), /denied/)
  await assert.rejects(locate(null), /no location/)
})
