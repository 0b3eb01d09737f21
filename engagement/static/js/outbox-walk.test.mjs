// Random days on patrol: whatever fails and in whatever order, an entry is on the service once or on the phone, and at last on the service.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { Keep } from './keep.mjs'
import { mark, save, unsave } from './outbox.mjs'
import { send } from './sending.mjs'

console.warn = () => {}

const [WALKS, STEPS] = [150, 25]

/** Chance that can be walked again: numbers from 0 to 1 out of a seed. */
function chance(seed) {
  return () => {
    seed = (seed * 1664525 + 1013904223) % 4294967296
    return seed / 4294967296
  }
}

/** A service that keeps an entry once, and a line to it that fails as it likes. */
class Service {
  constructor(random) {
    Object.assign(this, { random, signedIn: '1', kept: new Map(), broken: true })
  }

  fetch = async (address, options) => {
    const fate = this.broken ? this.random() : 1
    if (fate < 0.15) throw new TypeError('no signal')
    if (fate < 0.25) return this.answer([401, 419, 500, 502, 503][Math.floor(this.random() * 5)], {})
    if (address === '/api/session') return this.signedIn ? this.answer(200, sessionOf(this.signedIn)) : this.answer(401, { reason: 'signed_out' })
    const { drafts } = JSON.parse(options.body)
    const receipts = drafts.map((draft) => this.take(draft))
    if (fate < 0.4) throw new TypeError('the answer was lost')
    return this.answer(200, { receipts: fate < 0.45 ? receipts.slice(1) : receipts })
  }

  answer(status, body) {
    return { status, json: async () => body }
  }

  take({ client_ref, owner, fields }) {
    assert.equal(owner, this.signedIn, 'sent as somebody else')
    const words = JSON.stringify(fields)
    if (this.broken && this.random() < 0.1 && !this.kept.has(client_ref)) return { client_ref, outcome: 'needs_work', field: 'kind', reason: 'Choose how' }
    const known = this.kept.get(client_ref)
    if (!known) this.kept.set(client_ref, { owner, words })
    return { client_ref, outcome: 'kept', engagement_id: '1', differs: Boolean(known) && known.words !== words }
  }
}

async function walk(seed) {
  const random = chance(seed)
  const [service, keep, made] = [new Service(random), new Keep(new MemoryShelf()), new Map()]
  const using = { fetch: service.fetch, locks: null }
  await keep.begin(sessionOf('1'))
  const wordsOf = (id) => ({ fields: [['summary', `${id} ${random()}`]] })
  const write = async (id, owner) => save(keep, { id, owner, content: wordsOf(id), kept_at: made.size + random() })
  const full = (error) => { assert.equal(error.name, 'QuotaExceededError') }
  for (let step = 0; step < STEPS; step++) {
    const what = random()
    keep.shelf.full = random() < 0.2
    const current = await keep.current()
    if (what < 0.4 && current) {
      const id = `${seed}-${step}`
      if (await write(id, current.account).then(() => true, full)) made.set(id, current.account)
    } else if (what < 0.75) await send(keep, using)
    else if (what < 0.82) service.signedIn = ['1', '2', null][Math.floor(random() * 3)]
    else if (what < 0.87) await keep.forget()
    else if (current) {
      const rows = (await keep.all('outbox', current.account)).filter((row) => row.state !== 'differs')
      const row = rows[Math.floor(random() * rows.length)]
      const change = [() => mark(keep, row.id, 'mending'), () => write(row.id, row.owner), () => unsave(keep, { id: row.id, owner: row.owner, content: wordsOf(row.id), kept_at: step }, null)]
      if (row) await change[Math.floor(random() * 3)]().catch(full)
    }
    const here = new Set([...(await keep.all('outbox')), ...(await keep.all('typing'))].map((row) => row.id))
    for (const [id, owner] of made) {
      assert.ok(here.has(id) || service.kept.has(id), `${id} is nowhere, in walk ${seed}`)
      if (service.kept.has(id)) assert.equal(service.kept.get(id).owner, owner)
    }
  }
  service.broken = keep.shelf.full = false
  for (const account of ['1', '2']) {
    service.signedIn = account
    await keep.begin(sessionOf(account))
    for (const row of await keep.all('typing', account)) await write(row.id, account) // opened to be changed, and saved again
    for (const row of await keep.all('outbox', account)) if (row.state !== 'differs') await mark(keep, row.id, 'waiting') // mended
    await send(keep, using)
  }
  assert.deepEqual([...service.kept.keys()].sort(), [...made.keys()].sort())
  assert.ok((await keep.all('outbox')).every((row) => row.state === 'differs'))
}

test('a hundred and fifty days, each another one', async () => {
  for (let seed = 1; seed <= WALKS; seed++) await walk(seed)
})
