// At the sign-in page the key goes, unless the service could not be asked, or somebody is signed in after all.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { clear, sayWaits } from './door.mjs'
import { Keep } from './keep.mjs'
import { save } from './outbox.mjs'

async function keepAfter(asked) {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  await clear(keep, { ask: async ({ hand_in }) => (assert.equal(hand_in, 'hand-in of 1'), asked) })
  return (await keep.current()) !== null
}

test('signed out: the key goes', async () => assert.equal(await keepAfter({ is: 'out', disabled: false }), false))
test('no answer, or signed in: it stays', async () => {
  assert.equal(await keepAfter({ is: 'silent' }), true)
  assert.equal(await keepAfter({ is: 'in', session: {} }), true)
})

test('disabled: the patch goes at once, and the key once nothing is left to hand in with it', async () => {
  for (const [is, stays] of [['disabled', true], ['silent', true], ['nothing', false]]) {
    const keep = new Keep(new MemoryShelf())
    await keep.begin(sessionOf(1))
    await keep.put('pack', { id: 'patch', owner: '1', kept_at: 1, expires_at: 2, etag: 'x', box: await keep.seal({}) })
    let sent = 0
    await clear(keep, { ask: async () => ({ is: 'out', disabled: true }), sendNow: async () => { sent += 1; return { is } } })
    assert.deepEqual([sent, await keep.all('pack'), (await keep.current()) !== null], [1, [], stays], is)
  }
})

test('disabled with nothing that waits: neither key nor patch stays, as it really sends', async (t) => {
  t.mock.method(globalThis, 'fetch', async () => ({ status: 401, json: async () => ({ reason: 'disabled' }) }))
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  await clear(keep)
  assert.equal(await keep.current(), null)
})
test('the page says what waits, and that it was handed in, and nothing of whose it is', async () => {
  const keep = new Keep(new MemoryShelf())
  const $line = { dataset: { one: 'one waits', many: '{n} wait', handed: 'handed in' } }
  const page = { querySelector: () => $line }
  const said = async (before) => (await sayWaits(page, keep, before), $line.hidden ? null : $line.textContent)
  assert.equal(await said(0), null)
  assert.equal(await said(1), 'handed in')
  await keep.begin(sessionOf(1))
  for (const [n, words] of [[1, 'one waits'], [2, '2 wait']]) {
    await save(keep, { id: `entry ${n}`, owner: '1', content: { fields: [] }, kept_at: n })
    assert.equal(await said(0), words)
  }
})
