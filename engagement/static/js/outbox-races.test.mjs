// Pages, tabs and the worker of one device at once, in every order that chance finds: an entry is never nowhere, is not
// sent while it is mended, and is not on record after its officer was told that it is thrown away.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryLocks, MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { hold } from './claims.mjs'
import { Keep } from './keep.mjs'
import { claim, forget, mark, save, throwAway, unsave } from './outbox.mjs'
import { send } from './sending.mjs'

const [WALKS, ENTRIES, SETTLE] = [120, 5, 90]
const OPENING = 40 // turns at most between a page that is gone and the script of the one that answers

function chance(seed) {
  return () => {
    seed = (seed * 1664525 + 1013904223) % 4294967296
    return seed / 4294967296
  }
}

/** A device whose database takes its time, each time another. */
class Device {
  constructor(seed) {
    Object.assign(this, { random: chance(seed), shelf: new MemoryShelf(), locks: new MemoryLocks(), record: new Map(), mending: new Set(), thrown: new Set(), broken: [] })
    for (const name of ['get', 'all', 'write']) {
      const plain = this.shelf[name].bind(this.shelf)
      this.shelf[name] = async (...asked) => {
        await this.turns(3)
        const answer = await plain(...asked)
        await this.turns(name === 'all' ? 12 : 2)
        return answer
      }
    }
  }

  async turns(most, exactly = Math.floor(this.random() * (most + 1))) {
    for (let i = 0; i < exactly; i++) await new Promise((done) => setImmediate(done))
  }

  /** The service takes an entry, by the form or by a sending. */
  take(id, words, by) {
    if (by === 'sync' && this.mending.has(id)) this.broken.push(`${id} was sent while it was mended`)
    if (this.thrown.has(id)) this.broken.push(`${id} was sent after it was thrown away`)
    const known = this.record.get(id)
    if (!known) this.record.set(id, words)
    return Boolean(known) && known !== words
  }

  fetch = async (address, options) => {
    await this.turns(6)
    if (address === '/api/session') return { status: 200, json: async () => sessionOf(1) }
    const receipts = JSON.parse(options.body).drafts.map((draft) => ({ client_ref: draft.client_ref, outcome: 'kept', differs: this.take(draft.client_ref, draft.fields[0][1], 'sync') }))
    const lost = this.random() < 0.2
    await this.turns(8)
    if (lost) throw new TypeError('the answer was lost')
    return { status: 200, json: async () => ({ receipts }) }
  }

  tab() {
    return new Keep(this.shelf)
  }

  send(keep) {
    return send(keep, { fetch: this.fetch, locks: this.locks, wait: () => this.turns(0, SETTLE) })
  }

  async save(keep, id, words, state) {
    await save(keep, { id, owner: '1', content: { fields: [['summary', words]] }, kept_at: this.random(), state })
    this.mending.delete(id)
  }

  /** A page claims an entry; from then on, if it is still here, no sending may take it. */
  async claims(keep, id) {
    const here = await claim(keep, id, '1', this.locks)
    const row = await keep.get('outbox', id)
    if (row?.state === 'mending') this.mending.add(id)
    assert.ok(here || this.record.has(id), `${id} has gone, but where`)
    return row?.state === 'mending'
  }

  /** Saved on a page and posted by the form, which answers: on the record, with a question, or not at all. */
  async post(id) {
    const keep = this.tab()
    const letGo = await hold(id, { locks: this.locks, wait: () => this.turns(0, 30) })
    await this.save(keep, id, 'first', 'posted')
    await this.turns(10)
    const fate = this.random()
    if (fate < 0.4) this.take(id, 'first', 'form')
    if (fate >= 0.55) this.mending.add(id) // it has a question, which no sending answers
    letGo() // the page is gone: its answer has come, or the tab was closed
    if (fate >= 0.4 && fate < 0.55) return // it died, and so did the post
    await this.turns(OPENING)
    if (fate < 0.3) return forget(keep, id) // the receipt
    if (fate < 0.4) return // the receipt never arrived
    if (await this.claims(keep, id)) {
      await this.turns(20)
      await this.save(keep, id, 'answered', 'waiting')
    }
  }

  /** Saved without a signal; then changed and saved again, opened to mend, thrown away, or left alone. */
  async wait(id) {
    const keep = this.tab()
    await this.save(keep, id, 'first', 'waiting')
    await this.turns(20)
    const fate = this.random()
    if (fate < 0.25 && (await unsave(keep, { id, owner: '1', content: { fields: [['summary', 'first']] }, kept_at: 1 }, this.locks))) {
      this.mending.add(id)
      await this.turns(20)
      await this.save(keep, id, 'again', 'waiting')
    } else if (fate < 0.5 && (await this.claims(keep, id))) {
      await this.turns(20)
      await this.save(keep, id, 'mended', 'waiting')
    } else if (fate > 0.75 && (await throwAway(keep, id, this.locks))) this.thrown.add(id)
  }
}

async function walk(seed) {
  const device = new Device(seed)
  const first = device.tab()
  await first.begin(sessionOf(1))
  const ids = Array.from({ length: ENTRIES }, (_, i) => `${seed}-${i}`)
  const sender = async () => { for (let i = 0; i < 6; i++) { await device.turns(30); await device.send(device.tab()) } }
  await Promise.all([sender(), sender(), ...ids.map((id) => (device.random() < 0.5 ? device.post(id) : device.wait(id)))])
  assert.deepEqual(device.broken, [], `walk ${seed}`)
  for (let i = 0; i < 30; i++) await device.send(first) // lost answers come in the end
  const rows = await first.all('outbox')
  for (const id of ids) {
    const row = rows.find((one) => one.id === id)
    assert.ok(device.record.has(id) || row || device.thrown.has(id), `${id} is nowhere`)
    assert.ok(!row || ['mending', 'differs'].includes(row.state), `${id} is stuck as ${row?.state}`)
  }
}

test('a hundred and twenty busy moments', async () => {
  for (let seed = 1; seed <= WALKS; seed++) await walk(seed)
})

test('what has gone on the record in between is not written back onto the phone', async () => {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  await save(keep, { id: 'a', owner: '1', content: { fields: [] }, kept_at: 1 })
  const read = keep.get.bind(keep)
  keep.get = async (...asked) => {
    const row = await read(...asked)
    keep.get = read
    await forget(keep, 'a')
    return row
  }
  assert.equal(await mark(keep, 'a', 'mending'), false)
  assert.deepEqual(await keep.all('outbox'), [])
})
