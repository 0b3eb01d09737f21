// What waits is said though nothing of it can be taken: whatever the service thinks of the entries, the word of them gets through.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { Keep } from './keep.mjs'
import { save } from './outbox.mjs'
import { send } from './sending.mjs'

const HOUR = 3_600_000

/** A phone with entries, and a service that answers a sending with entries, or with views, by what `said` says of it. */
async function phone({ entries = 1, views = 0, said }) {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  for (let i = 0; i < entries; i++) await save(keep, { id: `e${i}`, owner: '1', content: { fields: [] }, kept_at: i + 1 })
  for (let i = 0; i < views; i++) await keep.put('views', { id: `v${i}`, owner: '1', kept_at: i + 1, box: await keep.seal({ id: '12' }) })
  const [asked, clock] = [[], { at: Date.parse('2026-11-24T10:00:00Z') }]
  const fetch = async (address, options) => {
    if (address === '/api/session') return { status: 200, json: async () => sessionOf(1) }
    const body = JSON.parse(options.body)
    asked.push(body)
    const status = said(body)
    const receipts = status === 200 ? body.drafts.map((draft) => ({ client_ref: draft.client_ref, outcome: 'kept' })) : undefined
    return { status, json: async () => ({ receipts }) }
  }
  return { keep, asked, clock, send: () => send(keep, { fetch, locks: null, now: () => clock.at }) }
}

/** A sending where there is no signal. */
const sendWithout = (keep) => send(keep, { fetch: async () => Promise.reject(new TypeError('no signal')), locks: null })

const shape = (asked) => asked.map(({ drafts, waiting, views }) => [drafts.length, waiting.length, views.length])

for (const status of [500, 502, 403, 503]) {
  test(`${status} at each entry: that it waits is said without it, once in six hours`, async () => {
    const { keep, asked, clock, send } = await phone({ said: (body) => (body.drafts.length ? status : 200) })
    assert.deepEqual(await send(), { is: 'silent', kept: 0 })
    assert.deepEqual(shape(asked), [[1, 0, 0], [0, 1, 0]])
    await send()
    assert.deepEqual(shape(asked).slice(2), [[1, 0, 0]])
    clock.at += 7 * HOUR
    await send()
    assert.deepEqual(shape(asked).slice(3), [[1, 0, 0], [0, 1, 0]])
    assert.equal((await keep.all('outbox')).length, 1)
  })
}

test('that the service took nothing is known until it is heard, or not heard, otherwise', async () => {
  const heard = { as: 500 }
  const { keep, send } = await phone({ said: () => heard.as })
  const faults = []
  for (heard.as of [500, 200]) {
    await send()
    faults.push(await keep.noted('fault'))
  }
  assert.deepEqual(faults, [true, false])
  const gone = await phone({ said: () => 503 })
  await gone.send()
  await sendWithout(gone.keep)
  assert.equal(await gone.keep.noted('fault'), false)
})

test('what was opened goes with it, or stands not in its way', async () => {
  const taken = await phone({ views: 1, said: (body) => (body.drafts.length ? 500 : 200) })
  await taken.send()
  assert.deepEqual([shape(taken.asked), await taken.keep.all('views')], [[[1, 0, 1], [0, 1, 1]], []])
  const broken = await phone({ views: 1, said: (body) => (body.drafts.length || body.views.length ? 500 : 200) })
  await broken.send()
  assert.deepEqual(shape(broken.asked), [[1, 0, 1], [0, 1, 1], [0, 1, 0]])
  assert.equal((await broken.keep.all('views')).length, 1)
})

test('where another entry was taken, its sending has said it; and a token that is stale says nothing', async () => {
  const mixed = await phone({ entries: 2, said: ({ drafts }) => (drafts.some((draft) => draft.client_ref === 'e0') ? 500 : 200) })
  await mixed.send()
  assert.deepEqual(shape(mixed.asked), [[2, 0, 0], [1, 1, 0], [1, 1, 0]])
  for (const status of [401, 419]) {
    const out = await phone({ said: () => status })
    await out.send()
    assert.deepEqual(shape(out.asked), [[1, 0, 0]])
  }
})
