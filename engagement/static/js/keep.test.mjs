// What the keep promises: words are sealed, each account's under its own key, and sign-out takes key and pack but no entry.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { bytesOf, Keep, Locked } from './keep.mjs'

async function keepOf(account, shelf = new MemoryShelf()) {
  const keep = new Keep(shelf)
  if (account) await keep.begin(sessionOf(account))
  return keep
}

test('what is sealed comes back, and its words are nowhere in clear', async () => {
  const keep = await keepOf(1)
  const said = { summary: 'Kits promised – café', fields: [['kind', 'visit']] }
  await keep.put('outbox', { id: 'a', owner: '1', kept_at: 5, state: 'waiting', box: await keep.seal(said) })
  const row = await keep.get('outbox', 'a')
  assert.deepEqual(await keep.unseal(row.box), said)
  const raw = Buffer.concat([row.box.iv, row.box.data]).toString('latin1')
  assert.ok(!raw.includes('Kits') && !raw.includes('visit'))
})

test('a row with words outside its box is refused', async () => {
  const keep = await keepOf(1)
  await assert.rejects(keep.put('outbox', { id: 'a', owner: '1', summary: 'Kits' }), /in clear: summary/)
  await assert.rejects(keep.put('account', { id: 'current', account: '2' }), /no rows of others/)
  assert.deepEqual(await keep.all('outbox'), [])
})

test('the key cannot be taken out', async () => {
  const keep = await keepOf(1)
  await assert.rejects(crypto.subtle.exportKey('raw', (await keep.shelf.get('account', 'current')).key), /extractable/)
})

test('signing out takes key and pack, and leaves what was typed and what was opened, sealed', async () => {
  const keep = await keepOf(1)
  for (const store of ['typing', 'outbox', 'pack', 'views']) await keep.put(store, { id: store, owner: '1', box: await keep.seal(store) })
  await keep.forget()
  assert.equal(await keep.current(), null)
  assert.deepEqual([await keep.all('pack'), (await keep.all('views')).length], [[], 1])
  const [typed] = await keep.all('typing')
  await assert.rejects(keep.unseal(typed.box), Locked)
  await keep.begin(sessionOf(1))
  assert.equal(await keep.unseal(typed.box), 'typing')
  assert.equal(await keep.unseal((await keep.get('outbox', 'outbox')).box), 'outbox')
})

test('another account takes the place of the first, and cannot read its entries', async () => {
  const keep = await keepOf(1)
  await keep.put('outbox', { id: 'a', owner: '1', box: await keep.seal('mine') })
  await keep.put('pack', { id: 'pack', owner: '1', box: await keep.seal('my patch') })
  await keep.begin(sessionOf(2))
  assert.equal((await keep.current()).account, '2')
  assert.deepEqual(await keep.all('pack'), [])
  assert.equal((await keep.all('outbox', '1')).length, 1)
  assert.deepEqual(await keep.all('outbox', '2'), [])
  await assert.rejects(keep.unseal((await keep.get('outbox', 'a')).box), Locked)
})

test('the same account signing in again keeps its pack', async () => {
  const keep = await keepOf(1)
  await keep.put('pack', { id: 'pack', owner: '1', box: await keep.seal('my patch') })
  await keep.begin(sessionOf(1, { name: 'New Name' }))
  assert.equal((await keep.current()).name, 'New Name')
  assert.equal(await keep.unseal((await keep.get('pack', 'pack')).box), 'my patch')
})

test('a page that was open when its account signed out still seals for that account, and for no other', async () => {
  const shelf = new MemoryShelf()
  const [page, other] = [await keepOf(1, shelf), new Keep(shelf)]
  await other.forget()
  const box = await page.seal('typed on', '1')
  await other.begin(sessionOf(2))
  await assert.rejects(other.unseal(box), Locked)
  await assert.rejects(other.seal('as another', '1'), Locked)
  await other.begin(sessionOf(1))
  assert.equal(await other.unseal(box), 'typed on')
})

test('nobody signed in: nothing is sealed', async () => {
  await assert.rejects((await keepOf(null)).seal('x'), Locked)
})

test('the device keeps its name, whoever signs in', async () => {
  const keep = await keepOf(1)
  const name = await keep.device()
  await keep.begin(sessionOf(2))
  await keep.forget()
  assert.match(name, /^[0-9a-f-]{36}$/)
  assert.equal(await keep.device(), name)
})

test('a full phone says so', async () => {
  const keep = await keepOf(1)
  keep.shelf.full = true
  await assert.rejects(keep.put('outbox', { id: 'a', owner: '1', box: await keep.seal('x') }), { name: 'QuotaExceededError' })
})

test('keys are read from base64url, and only whole ones', async () => {
  assert.deepEqual([...bytesOf('-_8')], [251, 255])
  await assert.rejects(new Keep(new MemoryShelf()).begin(sessionOf(1, { key: 'AAAA' })), /not a key/)
})

test('an answer that comes after somebody has signed out brings no key back, nor a patch', async () => {
  const keep = await keepOf(1)
  const outs = await keep.outs()
  const box = await keep.seal('my patch')
  await keep.forget()
  assert.equal(await keep.begin(sessionOf(1), outs), false)
  assert.equal(await keep.write([{ store: 'pack', put: { id: 'patch', owner: '1', box } }], keep.whileIn('1')), false)
  assert.deepEqual([await keep.current(), await keep.all('pack')], [null, []])
  assert.equal(await keep.begin(sessionOf(1), await keep.outs()), true)
})

test('forgetting one account leaves another that has signed in since', async () => {
  const keep = await keepOf(2)
  await keep.forget('1')
  assert.equal((await keep.current()).account, '2')
})

test('a key that is another one day opens no less of what was sealed before', async () => {
  const keep = await keepOf(1)
  const boxes = [await keep.seal('under the first')]
  for (const n of [7, 8]) {
    const key = Buffer.alloc(32, n).toString('base64url')
    await keep.begin(sessionOf(1, { key }))
    await keep.begin(sessionOf(1, { key })) // the same again is no other
    boxes.push(await keep.seal(`under ${n}`))
  }
  assert.deepEqual(await Promise.all(boxes.map((box) => keep.unseal(box))), ['under the first', 'under 7', 'under 8'])
  assert.equal((await keep.shelf.get('account', 'current')).former.length, 2)
  await keep.begin(sessionOf(2))
  for (const box of boxes) await assert.rejects(keep.unseal(box), Locked)
})

test('what was sealed before a sign-out opens with a former key that comes along, and is sealed anew', async () => {
  const keep = await keepOf(1)
  const { key: old } = sessionOf(1)
  for (const store of ['outbox', 'typing', 'views']) await keep.put(store, { id: 'a', owner: '1', kept_at: 1, state: 'waiting', box: await keep.seal(`of ${store}`) })
  await keep.forget()
  const key = Buffer.alloc(32, 9).toString('base64url')
  await keep.begin(sessionOf(1, { key }))
  const words = async () => Promise.all(['outbox', 'typing', 'views'].map(async (store) => keep.unseal((await keep.get(store, 'a')).box)))
  await assert.rejects(words(), Locked)
  keep.shelf.full = true
  await keep.begin(sessionOf(1, { key, former_keys: [old] })).catch(() => null)
  keep.shelf.full = false
  await keep.begin(sessionOf(1, { key, former_keys: [old] }))
  assert.deepEqual(await words(), ['of outbox', 'of typing', 'of views'])
  await keep.forget()
  await keep.begin(sessionOf(1, { key })) // the former one is not given any more
  assert.deepEqual(await words(), ['of outbox', 'of typing', 'of views'])
  assert.deepEqual((await keep.get('outbox', 'a')).state, 'waiting')
})

test('where nobody is signed in it is known who left, what lies here, and whether all of it is lost', async () => {
  const keep = await keepOf(null)
  assert.deepEqual(await keep.nobody(), { left: '', n: 0, one: false, many: false, lost: true })
  await keep.begin(sessionOf(1))
  for (const id of ['a', 'b']) await keep.put('outbox', { id, owner: '1', kept_at: 1, state: 'waiting', box: await keep.seal(id) })
  await keep.forget()
  assert.deepEqual(await keep.nobody(), { left: '', n: 2, one: false, many: true, lost: false })
})

test('nobody’s key is taken while the service thinks that somebody is signed in who is not', async () => {
  const keep = await keepOf(1)
  assert.equal(await keep.owed(), null)
  await keep.forget(null, { untold: true })
  for (const account of [1, 2]) assert.equal(await keep.begin(sessionOf(account), await keep.outs()), false)
  await keep.told(await keep.owed())
  assert.equal(await keep.begin(sessionOf(2), await keep.outs()), true)
})
