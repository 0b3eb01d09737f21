// What the outbox promises: an entry leaves only on its own receipt, is sent as nobody else, and survives every failure.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryLocks, MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { hold } from './claims.mjs'
import { Keep } from './keep.mjs'
import { countOf, forget, mark, save } from './outbox.mjs'
import { batches, send } from './sending.mjs'

const NOW = Date.parse('2026-11-24T10:00:00Z')
const DAY = 86_400_000
const fields = (summary = 'Kits') => [['kind', 'visit'], ['group', '12'], ['summary', summary]]

async function phone({ account = 1, entries = 0 } = {}) {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(account))
  for (let i = 0; i < entries; i++) await save(keep, { id: `e${i}`, owner: String(account), content: { fields: fields(`line ${i}`), title: 'Club', typed_at: NOW }, kept_at: NOW + i })
  return keep
}

/** A service in a function: who is signed in, and what it says to a sending. */
function service({ account = 1, session = 200, reason, sync = (body) => ({ status: 200, receipts: body.drafts.map((d) => ({ client_ref: d.client_ref, outcome: 'kept', engagement_id: '9' })) }) } = {}) {
  const asked = []
  const fetch = async (address, options) => {
    if (address === '/api/session') return { status: session, json: async () => (session === 200 ? sessionOf(account) : { reason }) }
    const body = JSON.parse(options.body)
    asked.push({ address, body, headers: options.headers, redirect: options.redirect })
    const { status, receipts } = sync(body, asked.length)
    return { status, json: async () => ({ receipts }) }
  }
  return { asked, using: { fetch, locks: null, now: () => NOW } }
}

const left = async (keep) => (await keep.all('outbox')).map((row) => `${row.id} ${row.state}`)

test('saved, sent and gone, and its words nowhere else', async () => {
  const keep = await phone()
  await keep.put('typing', { id: 'e0', owner: '1', kept_at: NOW, box: await keep.seal('half a line') })
  await save(keep, { id: 'e0', owner: '1', content: { fields: fields(), title: 'Club', typed_at: NOW }, kept_at: NOW })
  assert.deepEqual(await keep.all('typing'), [])
  const { asked, using } = service()
  assert.deepEqual(await send(keep, using), { is: 'sent', kept: 1 })
  assert.deepEqual(await left(keep), [])
  const [{ body, headers, redirect }] = asked
  assert.deepEqual([body.drafts[0].client_ref, body.drafts[0].owner, body.drafts[0].typed_at, body.drafts[0].fields], ['e0', '1', '2026-11-24T10:00:00.000Z', fields()])
  assert.deepEqual([headers['X-CSRFToken'], redirect, body.sent_at], ['token of 1', 'error', '2026-11-24T10:00:00.000Z'])
  assert.equal(headers['X-Device'], await keep.device())
})

for (const [what, answer] of Object.entries({
  'signed out': { session: 401, reason: 'signed_out' },
  'no session to be had': { session: 500 },
  'token expired': { sync: () => ({ status: 419 }) },
  'signed out in between': { sync: () => ({ status: 401 }) },
  'the service is down': { sync: () => ({ status: 503 }) },
  'an unexpected fault': { sync: () => ({ status: 500 }) },
  'a receipt for another': { sync: () => ({ status: 200, receipts: [{ client_ref: 'somebody', outcome: 'kept' }] }) },
  'an answer without receipts': { sync: () => ({ status: 200, receipts: [] }) },
})) {
  test(`${what}: everything stays`, async () => {
    const keep = await phone({ entries: 1 })
    await send(keep, service(answer).using)
    assert.deepEqual(await left(keep), ['e0 waiting'])
  })
}

test('no signal in the middle of it: everything stays, and goes the next time', async () => {
  const keep = await phone({ entries: 2 })
  const cut = service({ sync: () => { throw new TypeError('cut') } })
  assert.deepEqual(await send(keep, cut.using), { is: 'silent', kept: 0 })
  assert.deepEqual(await send(keep, service().using), { is: 'sent', kept: 2 })
})

test('what the service will not take as it is waits with its sentence, and is not sent again by itself', async () => {
  const keep = await phone({ entries: 2 })
  const { asked, using } = service({ sync: (body) => ({ status: 200, receipts: body.drafts.map((d, i) => (i ? { client_ref: d.client_ref, outcome: 'kept' } : { client_ref: d.client_ref, outcome: 'needs_work', field: 'kind', reason: 'Choose how' })) }) })
  await send(keep, using)
  assert.deepEqual(await left(keep), ['e0 needs_work'])
  assert.deepEqual((await keep.unseal((await keep.get('outbox', 'e0')).box)).receipt, { field: 'kind', reason: 'Choose how' })
  await send(keep, using)
  assert.equal(asked.length, 1 + 1) // the second says only what waits
  assert.deepEqual(asked[1].body.drafts, [])
  assert.deepEqual(asked[1].body.waiting.map((w) => w.client_ref), ['e0'])
})

test('on record in other words: kept here to correct it by', async () => {
  const keep = await phone({ entries: 1 })
  await send(keep, service({ sync: (body) => ({ status: 200, receipts: [{ client_ref: body.drafts[0].client_ref, outcome: 'kept', engagement_id: '44', differs: true }] }) }).using)
  assert.deepEqual(await left(keep), ['e0 differs'])
  assert.equal((await keep.unseal((await keep.get('outbox', 'e0')).box)).engagement_id, '44')
})

test('another officer signed in: the first one’s entries are not sent, only said to wait', async () => {
  const keep = await phone({ entries: 2 })
  const { asked, using } = service({ account: 2 })
  await send(keep, using)
  assert.deepEqual(await left(keep), ['e0 waiting', 'e1 waiting'])
  assert.deepEqual(asked[0].body.drafts, [])
  assert.deepEqual(Object.keys(asked[0].body.waiting[0]), ['client_ref', 'owner', 'kept_at'])
  assert.deepEqual(await countOf(keep, NOW), { mine: 0, to_mend: 0, others: 2, oldest: null, late: false })
  await send(keep, service({ account: 1 }).using)
  assert.deepEqual(await left(keep), [])
})

test('an account that was disabled hands its entries in, and only then is its key forgotten', async () => {
  const keep = await phone({ entries: 1 })
  await keep.put('pack', { id: 'pack', owner: '1', box: await keep.seal('patch') })
  const down = service({ session: 401, reason: 'disabled', sync: () => ({ status: 503 }) })
  assert.equal((await send(keep, down.using)).is, 'disabled')
  assert.deepEqual([await left(keep), await keep.all('pack'), (await keep.current()).account], [['e0 waiting'], [], '1'])
  const up = service({ session: 401, reason: 'disabled' })
  assert.deepEqual(await send(keep, up.using), { is: 'disabled', kept: 1 })
  assert.deepEqual([up.asked[0].address, up.asked[0].body.hand_in, up.asked[0].body.drafts.length], ['/sync/hand-in', 'hand-in of 1', 1])
  assert.deepEqual([await left(keep), await keep.current()], [[], null])
})

test('an account that was disabled hands in what was being mended, too', async () => {
  const keep = await phone({ entries: 3 })
  await mark(keep, 'e0', 'mending')
  await mark(keep, 'e1', 'needs_work', { receipt: { field: 'kind', reason: 'Choose how' } })
  const { asked, using } = service({ session: 401, reason: 'disabled' })
  await send(keep, using)
  assert.deepEqual(asked[0].body.drafts.map((draft) => draft.client_ref), ['e0', 'e1', 'e2'])
  assert.deepEqual([await left(keep), await keep.current()], [[], null])
})

test('what a page has posted is sent once its page is gone, and its answer has had time to say what became of it', async () => {
  const keep = await phone({ entries: 2 })
  for (const id of ['e0', 'e1']) await mark(keep, id, 'posted')
  const { asked, using } = service()
  const wait = async () => { await mark(keep, 'e0', 'mending') } // the page with the question has come
  await send(keep, { ...using, locks: new MemoryLocks(), wait })
  assert.deepEqual(asked[0].body.drafts.map((draft) => draft.client_ref), ['e1'])
  assert.deepEqual(await left(keep), ['e0 mending'])
})

test('what a page is posting is left to it', async () => {
  const keep = await phone({ entries: 2 })
  const { asked, using } = service()
  const locks = new MemoryLocks()
  const letGo = await hold('e1', { locks })
  await send(keep, { ...using, locks })
  assert.deepEqual(asked[0].body.drafts.map((d) => d.client_ref), ['e0'])
  assert.deepEqual(await left(keep), ['e1 waiting'])
  letGo()
  await send(keep, { ...using, locks })
  assert.deepEqual(await left(keep), [])
})

test('one page sends at a time, and who comes second finds nothing left to send', async () => {
  const keep = await phone({ entries: 1 })
  const locks = new MemoryLocks()
  const { asked, using } = service()
  assert.deepEqual(await Promise.all([send(keep, { ...using, locks }), send(keep, { ...using, locks })]), [{ is: 'sent', kept: 1 }, { is: 'nothing', kept: 0 }])
  assert.equal(asked.length, 1)
})

test('an entry that was mended while it was on its way is not forgotten', async () => {
  const keep = await phone({ entries: 1 })
  const slow = service({ sync: (body) => ({ status: 200, receipts: body.drafts.map((d) => ({ client_ref: d.client_ref, outcome: 'kept' })) }) })
  const fetch = slow.using.fetch
  slow.using.fetch = async (address, options) => {
    if (address === '/sync') await save(keep, { id: 'e0', owner: '1', content: { fields: fields('other words'), title: 'Club', typed_at: NOW }, kept_at: NOW + 500 })
    return fetch(address, options)
  }
  await send(keep, slow.using)
  assert.deepEqual(await left(keep), ['e0 waiting'])
})

test('views ride along and go when they have arrived', async () => {
  const keep = await phone()
  await keep.put('views', { id: 'v', owner: '1', box: await keep.seal({ entity: 'group', id: '12', at: 'then' }) })
  await send(keep, service({ sync: () => ({ status: 503 }) }).using)
  assert.equal((await keep.all('views')).length, 1)
  const { asked, using } = service()
  await send(keep, using)
  assert.deepEqual(asked[0].body.views, [{ entity: 'group', id: '12', at: 'then' }])
  assert.deepEqual(await keep.all('views'), [])
})

test('that nothing waits any longer is said once', async () => {
  const keep = await phone({ entries: 1 })
  await mark(keep, 'e0', 'mending')
  const { asked, using } = service()
  await send(keep, using)
  assert.equal(asked[0].body.waiting.length, 1)
  await forget(keep, 'e0')
  await send(keep, using)
  await send(keep, using)
  assert.deepEqual(asked.map(({ body }) => body.waiting.length), [1, 0])
})

test('batches: two hundred, and half a megabyte', () => {
  const small = Array.from({ length: 450 }, (_, i) => ({ i }))
  assert.deepEqual(batches(small).map((b) => b.length), [200, 200, 50])
  const large = Array.from({ length: 3 }, () => ({ text: 'x'.repeat(300_000) }))
  assert.deepEqual(batches(large).map((b) => b.length), [1, 1, 1])
  assert.deepEqual(batches([]), [])
})

test('a batch that is refused as a whole goes in halves, and the one at fault is to be mended', async () => {
  const keep = await phone({ entries: 5 })
  await send(keep, service({ sync: (body) => (body.drafts.some((d) => d.client_ref === 'e3') ? { status: 413 } : { status: 200, receipts: body.drafts.map((d) => ({ client_ref: d.client_ref, outcome: 'kept' })) }) }).using)
  assert.deepEqual(await left(keep), ['e3 needs_work'])
})

test('a full phone keeps nothing by halves', async () => {
  const keep = await phone()
  keep.shelf.full = true
  await assert.rejects(save(keep, { id: 'a', owner: '1', content: { fields: fields() }, kept_at: NOW }), { name: 'QuotaExceededError' })
  assert.deepEqual(await left(keep), [])
})

test('after a week it is late', async () => {
  const keep = await phone({ entries: 1 })
  assert.equal((await countOf(keep, NOW + 7 * DAY)).late, false)
  assert.deepEqual(await countOf(keep, NOW + 7 * DAY + 1), { mine: 1, to_mend: 0, others: 0, oldest: NOW, late: true })
})

test('nobody known on this device: the session is asked, and its key taken', async () => {
  const keep = new Keep(new MemoryShelf())
  await send(keep, service({ account: 3 }).using)
  assert.equal((await keep.current()).account, '3')
})

test('a page of another account than the device knows has the session asked', async () => {
  const keep = await phone({ account: 1 })
  await send(keep, { ...service({ account: 2 }).using, expect: '2' })
  assert.equal((await keep.current()).account, '2')
})

test('an entry at which the service breaks keeps none of those after it', async () => {
  const keep = await phone({ entries: 5 })
  const { asked, using } = service({ sync: (body) => (body.drafts.some((d) => d.client_ref === 'e1') ? { status: 500 } : { status: 200, receipts: body.drafts.map((d) => ({ client_ref: d.client_ref, outcome: 'kept' })) }) })
  assert.deepEqual(await send(keep, using), { is: 'silent', kept: 4 })
  assert.deepEqual(await left(keep), ['e1 waiting'])
  assert.ok(asked.length < 8)
})

test('a service that breaks at whatever it is sent is left alone after a few tries', async () => {
  const keep = await phone({ entries: 40 })
  const { asked, using } = service({ sync: () => ({ status: 500 }) })
  await send(keep, using)
  assert.ok(asked.length < 15, asked.length)
  assert.equal((await left(keep)).length, 40)
})

test('what was opened stands in no entry’s way, and waits by itself', async () => {
  const keep = await phone({ entries: 2 })
  await keep.put('views', { id: 'v', owner: '1', kept_at: NOW, box: await keep.seal({ entity: 7 }) })
  const { asked, using } = service({ sync: (body) => (body.views.length ? { status: 400 } : { status: 200, receipts: body.drafts.map((d) => ({ client_ref: d.client_ref, outcome: 'kept' })) }) })
  assert.deepEqual(await send(keep, using), { is: 'silent', kept: 2 })
  assert.deepEqual([await left(keep), (await keep.all('views')).length, asked.length], [[], 1, 2])
})

test('of what was opened in a year as much goes as the service takes, the oldest first', async () => {
  const keep = await phone()
  for (let i = 0; i < 600; i++) await keep.put('views', { id: `v${i}`, owner: '1', kept_at: NOW - i, box: await keep.seal({ entity: 'group', id: String(i) }) })
  const { asked, using } = service()
  await send(keep, using)
  await send(keep, using)
  assert.deepEqual(asked.map(({ body }) => body.views.length), [500, 100])
  assert.deepEqual([asked[0].body.views[0].id, await keep.all('views')], ['599', []])
})

test('a row whose clock stood nowhere stops no other', async () => {
  const keep = await phone({ entries: 2 })
  for (const [id, kept_at] of [['e0', Number.NaN], ['e1', 1e20]]) await keep.put('outbox', { ...(await keep.get('outbox', id)), kept_at })
  await keep.put('outbox', { id: 'theirs', owner: '2', client_ref: 'theirs', state: 'waiting', box: {} })
  const { asked, using } = service()
  assert.equal((await send(keep, using)).kept, 2)
  assert.match(asked[0].body.waiting[0].kept_at, /^20[0-9]{2}-/)
})

test('what was opened on the phone of a disabled account is handed in with its entries', async () => {
  const keep = await phone({ entries: 1 })
  await keep.put('views', { id: 'v', owner: '1', kept_at: NOW, box: await keep.seal({ entity: 'group', id: '12', at: 'then' }) })
  const { asked, using } = service({ session: 401, reason: 'disabled' })
  await send(keep, using)
  assert.deepEqual([asked[0].address, asked[0].body.views, await keep.all('views')], ['/sync/hand-in', [{ entity: 'group', id: '12', at: 'then' }], []])
})
