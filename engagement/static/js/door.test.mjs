// At the sign-in page the key goes, unless the service could not be asked, or somebody is signed in after all.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { clear } from './door.mjs'
import { Keep } from './keep.mjs'

async function keepAfter(asked, sendNow) {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  await clear(keep, { ask: async ({ hand_in }) => (assert.equal(hand_in, 'hand-in of 1'), asked), sendNow })
  return (await keep.current()) !== null
}

test('signed out: the key goes', async () => assert.equal(await keepAfter({ is: 'out', disabled: false }), false))
test('no answer, or signed in: it stays', async () => {
  assert.equal(await keepAfter({ is: 'silent' }), true)
  assert.equal(await keepAfter({ is: 'in', session: {} }), true)
})
test('disabled: it is needed to hand the entries in', async () => {
  let sent = 0
  assert.equal(await keepAfter({ is: 'out', disabled: true }, async () => { sent += 1 }), true)
  assert.equal(sent, 1)
})
