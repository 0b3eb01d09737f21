// What the shelf asks of IndexedDB: its stores made once, changes in one durable transaction, and a failure said.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Shelf, STORES } from './shelf.mjs'

/** As much of IndexedDB as the shelf uses. */
function fakeIndexedDB({ fails = null } = {}) {
  const kept = new Map()
  const seen = []
  const later = (request, result) => queueMicrotask(() => { request.result = result; request.onsuccess?.() })
  const request = (result) => { const made = {}; later(made, result); return made }
  const database = {
    objectStoreNames: { contains: (name) => kept.has(name) },
    createObjectStore: (name, { keyPath }) => { assert.equal(keyPath, 'id'); kept.set(name, new Map()) },
    transaction(stores, mode, options) {
      seen.push({ stores, mode, options })
      const transaction = {
        objectStore: (name) => ({
          get: (id) => request(kept.get(name).get(id)),
          getAll: () => request([...kept.get(name).values()]),
          put: (row) => fails || kept.get(name).set(row.id, row),
          delete: (id) => kept.get(name).delete(id),
        }),
      }
      setTimeout(() => (fails ? (Object.assign(transaction, { error: fails }), transaction.onabort?.()) : transaction.oncomplete?.()))
      return transaction
    },
    close() { this.closed = true },
  }
  const open = () => { const made = { result: database }; queueMicrotask(() => { made.onupgradeneeded(); made.onsuccess() }); return made }
  return { database, seen, open }
}

test('rows are put, read and removed, several at once', async () => {
  const fake = fakeIndexedDB()
  const shelf = await Shelf.open(fake)
  await shelf.write([{ store: 'outbox', put: { id: 'a' } }, { store: 'typing', remove: 'a' }, { store: 'outbox', put: { id: 'b' } }])
  assert.deepEqual(await shelf.all('outbox'), [{ id: 'a' }, { id: 'b' }])
  assert.deepEqual(fake.seen[0], { stores: ['outbox', 'typing'], mode: 'readwrite', options: { durability: 'strict' } })
  await shelf.write([{ store: 'outbox', remove: 'a' }])
  assert.equal(await shelf.get('outbox', 'a'), undefined)
})

test('the stores are made once', async () => {
  const fake = fakeIndexedDB()
  await Shelf.open(fake)
  const shelf = await Shelf.open(fake)
  for (const store of STORES) assert.deepEqual(await shelf.all(store), [])
})

test('a transaction that is undone is no success', async () => {
  const shelf = await Shelf.open(fakeIndexedDB({ fails: new DOMException('full', 'QuotaExceededError') }))
  await assert.rejects(shelf.write([{ store: 'outbox', put: { id: 'a' } }]), { name: 'QuotaExceededError' })
})

test('a newer release is not kept waiting', async () => {
  const fake = fakeIndexedDB()
  await Shelf.open(fake)
  fake.database.onversionchange()
  assert.equal(fake.database.closed, true)
})

test('a database that the browser closed is opened again', async () => {
  const fake = fakeIndexedDB()
  const shelf = await Shelf.open(fake)
  await shelf.write([{ store: 'outbox', put: { id: 'a' } }])
  let opened = 0
  const open = fake.open
  fake.open = (...asked) => { opened += 1; return open(...asked) }
  fake.database.onclose()
  assert.deepEqual(await shelf.get('outbox', 'a'), { id: 'a' })
  await shelf.all('outbox')
  assert.equal(opened, 1)
})

test('changes are made only where what is asked of a row holds in the same transaction', async () => {
  const fake = fakeIndexedDB()
  const shelf = await Shelf.open(fake)
  await shelf.write([{ store: 'outbox', put: { id: 'a', state: 'waiting' } }])
  const only = (state) => ({ store: 'outbox', id: 'a', is: (row) => row?.state === state })
  assert.equal(await shelf.write([{ store: 'outbox', remove: 'a' }], only('mending')), false)
  assert.deepEqual(await shelf.all('outbox'), [{ id: 'a', state: 'waiting' }])
  assert.equal(await shelf.write([{ store: 'typing', put: { id: 'a' } }, { store: 'outbox', remove: 'a' }], only('waiting')), true)
  assert.deepEqual([await shelf.all('outbox'), await shelf.all('typing')], [[], [{ id: 'a' }]])
  assert.deepEqual(fake.seen.find(({ stores }) => stores.length === 2).stores, ['typing', 'outbox'])
})
