// A phone that is full, whose storage refuses every write and lets go what is removed: it sends, signs out, and loses nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { Keep } from './keep.mjs'
import { claim, save, throwAway, unsave } from './outbox.mjs'
import { send } from './sending.mjs'

const FULL = { name: 'QuotaExceededError' }
console.warn = () => {}

const content = (summary) => ({ fields: [['summary', summary]], title: 'Club', typed_at: 1 })
const entry = (id, summary = id) => ({ id, owner: '1', content: content(summary), kept_at: 1 })

/** A phone with entries of the first account, and no room for more. */
async function phone(...ids) {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  for (const id of ids) await save(keep, entry(id))
  keep.shelf.full = true
  return keep
}

const using = (account, sync = () => 'kept') => ({
  locks: null,
  ask: async () => ({ is: 'in', session: sessionOf(account), offset: 0 }),
  fetch: async (_address, { body }) => ({ status: 200, json: async () => ({ receipts: JSON.parse(body).drafts.map(({ client_ref }) => ({ client_ref, outcome: sync(client_ref) })) }) }),
})

const left = async (keep, store = 'outbox') => Promise.all((await keep.all(store)).map(async (row) => `${row.id} ${row.state ?? 'typed'} ${(await keep.unseal(row.box)).fields[0][1]}`))

test('it sends what waits, which makes room', async () => {
  const keep = await phone('a', 'b')
  assert.deepEqual(await send(keep, using(1)), { is: 'sent', kept: 2 })
  assert.deepEqual(await left(keep), [])
})

test('one that the service asks about waits as it was and stops no other', async () => {
  const keep = await phone('a', 'b')
  const asked = using(1, (id) => (id === 'a' ? 'needs_work' : 'kept'))
  assert.equal((await send(keep, asked)).kept, 1)
  assert.deepEqual(await left(keep), ['a waiting a'])
  keep.shelf.full = false
  await send(keep, asked)
  assert.deepEqual(await left(keep), ['a needs_work a'])
})

test('what cannot be opened again to be changed, or mended, waits as it was', async () => {
  const keep = await phone('a')
  await assert.rejects(unsave(keep, entry('a', 'newer words'), null), FULL)
  await assert.rejects(claim(keep, 'a', '1', null), FULL)
  assert.deepEqual([await left(keep), await left(keep, 'typing')], [['a waiting a'], []])
  keep.shelf.full = false
  assert.equal(await unsave(keep, entry('a', 'newer words'), null), true)
  assert.deepEqual([await left(keep), await left(keep, 'typing')], [[], ['a typed newer words']])
})

test('what is mended and cannot be saved again stays as it was', async () => {
  const keep = await phone()
  keep.shelf.full = false
  await save(keep, entry('a', 'first'))
  await claim(keep, 'a', '1', null)
  keep.shelf.full = true
  await assert.rejects(save(keep, entry('a', 'second')), FULL)
  assert.deepEqual(await left(keep), ['a mending first'])
  assert.equal(await throwAway(keep, 'a', null), true) // by its officer's hand alone
  assert.deepEqual(await left(keep), [])
})

test('signing out takes key and pack away', async () => {
  const keep = await phone('a')
  keep.shelf.full = false
  await keep.put('pack', { id: 'patch', owner: '1', box: await keep.seal('the patch') })
  keep.shelf.full = true
  await keep.forget()
  assert.deepEqual([await keep.current(), await keep.all('pack'), (await keep.all('outbox')).length], [null, [], 1])
})

test('whom it does not know it takes for nobody, and keeps what waits', async () => {
  const keep = await phone('a')
  assert.deepEqual(await send(keep, using(2)), { is: 'out', kept: 0 })
  assert.deepEqual(await left(keep), ['a waiting a'])
})
