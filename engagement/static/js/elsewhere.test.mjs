// Intelligence leaves the device: the entry the page was opened from, typed or saved, and no other.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { takeOut } from './elsewhere.mjs'
import { Keep } from './keep.mjs'
import { save } from './outbox.mjs'

test('what was typed and what was saved of it go', async () => {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  const [it, other] = [crypto.randomUUID(), crypto.randomUUID()]
  for (const id of [it, other]) {
    await save(keep, { id, owner: '1', content: { fields: [] }, kept_at: 1 })
    await keep.put('typing', { id, owner: '1', kept_at: 1, box: await keep.seal({ fields: [] }) })
  }
  await takeOut(keep, '')
  await takeOut(keep, '#../x')
  assert.equal((await keep.all('outbox')).length, 2)
  await takeOut(keep, `#${it}`)
  for (const store of ['outbox', 'typing']) assert.deepEqual((await keep.all(store)).map((row) => row.id), [other])
})
