// The receipt of an entry that went by the form: what the page says is on the record leaves the outbox, and nothing else does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { Keep } from './keep.mjs'
import { save } from './outbox.mjs'
import { takeReceipt } from './phone.mjs'

const page = (receipt) => ({ querySelector: (selector) => (assert.equal(selector, '[data-receipt]'), receipt && { dataset: { receipt } }) })

test('the entry of the receipt goes, and no other', async () => {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  for (const id of ['a', 'b']) await save(keep, { id, owner: '1', content: { fields: [] }, kept_at: 1 })
  await takeReceipt(page(null), keep)
  assert.equal((await keep.all('outbox')).length, 2)
  await takeReceipt(page('a'), keep)
  assert.deepEqual((await keep.all('outbox')).map((row) => row.id), ['b'])
})
