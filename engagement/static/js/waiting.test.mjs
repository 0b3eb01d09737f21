// What the page of waiting entries shows: one's own with what the service said of them, and of others their number alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { Keep } from './keep.mjs'
import { mark, save } from './outbox.mjs'
import { viewOf } from './waiting.mjs'

const NOW = Date.parse('2026-11-24T10:00:00Z')

async function phone() {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(2))
  await save(keep, { id: 'theirs', owner: '2', content: { fields: [], title: 'Secret Club' }, kept_at: NOW })
  await keep.begin(sessionOf(1))
  return keep
}

test('each with its state, the oldest first, and of others nothing but how many', async () => {
  const keep = await phone()
  await save(keep, { id: 'b', owner: '1', content: { fields: [['summary', 'Kits']], title: 'Stroke Club' }, kept_at: NOW - 1000 })
  await save(keep, { id: 'a', owner: '1', content: { fields: [['summary', 'Talked']], title: 'Talked' }, kept_at: NOW - 2000 })
  await mark(keep, 'a', 'needs_work', { receipt: { field: 'kind', reason: 'Choose how' } })
  const view = await viewOf(keep, { now: NOW, asked: 'b' })
  assert.deepEqual(view.entries.map(({ id, title, summary, reason, to_mend, waiting, asked }) => ({ id, title, summary, reason, to_mend, waiting, asked })), [
    { id: 'a', title: 'Talked', summary: '', reason: 'Choose how', to_mend: true, waiting: false, asked: false },
    { id: 'b', title: 'Stroke Club', summary: 'Kits', reason: '', to_mend: false, waiting: true, asked: true },
  ])
  assert.deepEqual([view.one_other, view.more_others, view.sendable, view.nothing, view.nobody], [true, false, true, false, false])
  assert.ok(!JSON.stringify(view).includes('Secret'))
})

test('what it waits for: a signal, or that the service takes it', async () => {
  const keep = await phone()
  await save(keep, { id: 'a', owner: '1', content: { fields: [], title: 'Club' }, kept_at: NOW })
  const waits = async () => (await viewOf(keep, { now: NOW })).entries.map(({ waiting, silent, refused }) => [waiting, silent, refused])
  assert.deepEqual(await waits(), [[true, true, false]])
  await keep.note('fault', true)
  assert.deepEqual(await waits(), [[true, false, true]])
})

test('nobody, and nothing', async () => {
  const keep = await phone()
  assert.equal((await viewOf(keep, { now: NOW })).nothing, true)
  await keep.forget()
  const view = await viewOf(keep, { now: NOW })
  assert.deepEqual([view.nobody, view.entries, view.others], [true, [], 1])
})
