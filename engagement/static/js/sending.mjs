// Sends what waits on this device: asks who is signed in, posts it to /sync, and files what is answered.
//
// Whatever goes wrong, an entry stays until its receipt has come; which states there are, and who may change one: outbox.mjs.
import { holdFree } from './claims.mjs'
import { announce, goesByItself, GOING, mark } from './outbox.mjs'
import { askSession, ended, within } from './session.mjs'

export const MOST_DRAFTS = 200
export const MOST_BYTES = 500_000
const PATIENCE = 30_000 // milliseconds for one sending
const pause = (ms) => new Promise((done) => setTimeout(done, ms))
const REPORT_EVERY = 6 * 60 * 60 * 1000 // what only waits is reported so often
const SETTLE = 2000 // milliseconds in which the page that answers a posted entry says what became of it
const LOCK = 'diary-outbox'
const MOST_VIEWS = 500 // of one sending; what is more goes with the next
const HOPELESS = 3 // faults of the service in a row, each at a single entry: it is the service and not the entry
const REFUSED = [400, 413, 422, 500] // it may be one entry of the batch
const NOT_NOW = [401, 419] // nothing is heard before its officer signs in, or the next sending has a fresh token
const LAST = Date.UTC(9999, 0)
const HANDED_IN = new Set([...GOING, 'mending', 'needs_work'])

/** A moment of this device's clock as /sync reads it; now for what is none, so that no row stops the others. */
const stamp = (at) => new Date(at > 0 && at < LAST ? at : Date.now()).toISOString()

/** What /sync takes of an entry: the log form's fields as they were typed, and when, by this device's clock. */
export function draftOf({ id, owner, kept_at }, { fields, typed_at }) {
  return { client_ref: id, owner, typed_at: stamp(typed_at ?? kept_at), fields }
}

/** Drafts in their order, in batches that the service takes. */
export function batches(drafts, most = MOST_DRAFTS, bytes = MOST_BYTES) {
  const made = []
  let size = 0
  for (const draft of drafts) {
    const length = new TextEncoder().encode(JSON.stringify(draft)).length
    if (!made.length || made.at(-1).length === most || size + length > bytes) {
      made.push([])
      size = 0
    }
    made.at(-1).push(draft)
    size += length
  }
  return made
}

/**
 * Sends what waits, once at a time on this device: who comes second waits, and finds what the first could not send. Tells
 * {is: 'sent' | 'nothing' | 'silent' | 'out' | 'disabled', kept}. Whatever goes wrong, the entries stay; what a page is posting at this moment is left to it. `expect` is the
 * account that a page belongs to: another one on this device gives way to whoever is really signed in.
 */
export async function send(keep, { fetch = (...asked) => globalThis.fetch(...asked), locks = globalThis.navigator?.locks, now = Date.now, ask = askSession, expect = null, wait = pause } = {}) {
  const run = () => new Sending(keep, { fetch, locks, now, ask, expect, wait }).run()
  return locks ? locks.request(LOCK, run) : run()
}

/**
 * Asks who is signed in and takes over what is answered, unless somebody has signed out here since it was asked. Who signed out here
 * while the service could not be told is signed out on it first: before that nobody is signed in. A phone that is full cannot write it
 * down: whom it knows already it goes on with, so that what waits is sent and makes room.
 */
export async function askedOf(keep, ask, using) {
  const outs = await keep.outs()
  let asked = await ask(using)
  const owed = await keep.owed()
  if (owed) {
    asked = await ended(owed.account, asked, ask, using)
    if (asked.is !== 'silent') await keep.told(owed).then(() => announce())
  }
  if (asked.is !== 'in') return asked
  const known = async () => (await keep.current())?.account === asked.session.account
  return (await keep.begin(asked.session, outs).catch(known)) ? asked : { is: 'out', disabled: false }
}

/** Whether a row is still what was sent. */
const asSent = (sent) => (row) => Object.is(row?.kept_at, sent.kept_at) && row.state === sent.state

class Sending {
  constructor(keep, using) {
    Object.assign(this, { keep, ...using, kept: 0, heard: false, reported: false })
  }

  async run() {
    const current = await this.keep.current()
    const rows = await this.keep.all('outbox')
    const views = await this.keep.all('views', current?.account ?? '')
    const known = current && (this.expect === null || this.expect === current.account)
    if (known && !rows.length && !views.length && !(await this.#reportIsDue())) return { is: 'nothing', kept: 0 }
    const asked = await askedOf(this.keep, this.ask, { fetch: this.fetch, hand_in: current?.hand_in })
    if (asked.is === 'silent') {
      await this.#fault(false)
      return { is: 'silent', kept: 0 }
    }
    if (asked.is === 'out') return asked.disabled && current ? this.#handIn(current) : { is: 'out', kept: 0 }
    if (asked.offset !== undefined) await this.keep.note('clock', asked.offset).catch(() => null) // a phone that is full sends all the same
    return this.#send(asked.session)
  }

  async #send(session) {
    const { mine, letGo } = await this.#claimed(session.account, GOING)
    return this.#sendMine(session, mine).finally(letGo)
  }

  async #sendMine(session, mine) {
    const views = await this.#views(session.account)
    const body = { views: views.map(({ content }) => content) }
    if (!mine.length && !views.length && !(await this.#reportIsDue())) return { is: 'nothing', kept: 0 }
    const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': session.csrf_token, 'X-Device': await this.keep.device() }
    const drafts = mine.map(({ row, content }) => draftOf(row, content))
    const sent = await this.#each('/sync', headers, drafts, new Map(mine.map(({ row }) => [row.id, row])), body)
    await this.#recorded(views)
    return { is: sent ? 'sent' : 'silent', kept: this.kept }
  }

  /** The account was disabled: what it has here goes into the sergeant's hands, mended or not, then its key. */
  async #handIn(current) {
    for (const row of await this.keep.all('pack', current.account)) await this.keep.remove('pack', row.id)
    const { mine, letGo } = await this.#claimed(current.account, HANDED_IN)
    const drafts = mine.map(({ row, content }) => draftOf(row, content))
    const headers = { 'Content-Type': 'application/json', 'X-Device': await this.keep.device() }
    const views = await this.#views(current.account)
    const more = { hand_in: current.hand_in, views: views.map(({ content }) => content) }
    const handing = async () => !(drafts.length || views.length) || this.#each('/sync/hand-in', headers, drafts, new Map(mine.map(({ row }) => [row.id, row])), more)
    const sent = await handing().finally(letGo)
    await this.#recorded(views)
    if (sent && !(await this.keep.all('outbox', current.account)).length) await this.keep.forget(current.account)
    announce()
    return { is: 'disabled', kept: this.kept }
  }

  /** The account's rows of those states that no page has, held until `letGo`, with what is in them; the oldest first. */
  async #claimed(account, states) {
    const settled = await this.#settled(account)
    const sendable = (row) => states.has(row.state) && (row.state !== 'posted' || settled.has(row.id))
    const wanted = (await this.keep.all('outbox', account)).filter(sendable)
    const { held, letGo } = await holdFree(wanted.map((row) => row.id), this.locks)
    const rows = (await this.keep.all('outbox', account)).filter((row) => held.has(row.id) && sendable(row)) // as they are now that they are held
    return { mine: (await this.#open(rows)).sort((a, b) => a.row.kept_at - b.row.kept_at), letGo }
  }

  /**
   * The posted entries whose page is gone without a word of what became of them. A page may be gone because its answer
   * has come: the page of that answer, the receipt or a question, is let speak first.
   */
  async #settled(account) {
    const posted = async () => (await this.keep.all('outbox', account)).filter((row) => row.state === 'posted').map((row) => row.id)
    const { held, letGo } = await holdFree(await posted(), this.locks)
    letGo()
    if (held.size) await this.wait(SETTLE)
    return held
  }

  /** Rows with their content; one that does not open with this key stays where it is. */
  async #open(rows) {
    const opened = await Promise.all(rows.map(async (row) => ({ row, content: await this.keep.unseal(row.box).catch(() => null) })))
    return opened.filter(({ content }) => content !== null)
  }

  /** What was opened without a signal, the oldest first, as much as goes at once. */
  async #views(account) {
    const rows = (await this.keep.all('views', account)).sort((a, b) => a.kept_at - b.kept_at)
    return this.#open(rows.slice(0, MOST_VIEWS))
  }

  /** What was opened is on record, if that was heard. */
  async #recorded(views) {
    if (this.heard && views.length) await this.keep.write(views.map(({ row }) => ({ store: 'views', remove: row.id })))
  }

  /**
   * Posts all batches; whether each was answered. One that the service cannot take as a whole is tried in halves; what was
   * opened stands in no entry's way, and an entry at which the service breaks not in that of those after it, nor of the word that it waits.
   */
  async #each(address, headers, drafts, rows, more) {
    const queue = drafts.length ? batches(drafts) : [[]]
    let [rest, whole, faults] = [more, true, 0]
    while (queue.length && faults < HOPELESS) {
      const batch = queue.shift()
      const answer = await this.#post(address, headers, batch, rest)
      if (answer === null || NOT_NOW.includes(answer.status)) return this.#fault(false)
      if (answer.receipts) {
        await this.#file(answer.receipts, rows)
        this.heard ||= rest === more
        rest = { ...more, views: [] }
        faults = 0
      } else if (!REFUSED.includes(answer.status)) {
        whole = false
        break
      } else if (rest.views.length && answer.status !== 500) {
        queue.unshift(batch)
        rest = { ...more, views: [] }
        whole = false
      } else if (batch.length > 1) {
        const half = Math.ceil(batch.length / 2)
        queue.unshift(batch.slice(0, half), batch.slice(half))
      } else if (batch.length === 1 && answer.status !== 500) {
        await this.#mark(batch[0].client_ref, 'needs_work', { receipt: { field: '', reason: '' } }, asSent(rows.get(batch[0].client_ref)))
      } else {
        whole = false
        faults += 1
      }
    }
    if (!whole && !this.reported && (await this.#reportIsDue())) await this.#report(address, headers, more)
    await this.#fault(!whole)
    return whole && !queue.length
  }

  /** Notes whether the service answered and took nothing, for the page that says what an entry waits for. Answers false. */
  async #fault(is) {
    if (Boolean(await this.keep.noted('fault')) === is) return false
    await this.keep.note('fault', is).then(() => announce(), () => null)
    return false
  }

  /** Says what waits, without any of it: after a week its officer and the sergeant are told, whatever is wrong with the entries. */
  async #report(address, headers, more) {
    const answer = await this.#post(address, headers, [], more)
    if (answer?.receipts) this.heard = true
    else if (more.views.length) await this.#post(address, headers, [], { ...more, views: [] })
  }

  /** {receipts}, or the {status} of another answer, or null where none came. */
  async #post(address, headers, drafts, more) {
    const going = new Set(drafts.map((draft) => draft.client_ref))
    const waiting = (await this.keep.all('outbox')).filter((row) => !going.has(row.id)).map(({ id, owner, kept_at }) => ({ client_ref: id, owner, kept_at: stamp(kept_at) }))
    const body = JSON.stringify({ sent_at: new Date(this.now()).toISOString(), ...more, drafts, waiting })
    try {
      const answer = await this.fetch(address, { method: 'POST', headers, body, redirect: 'error', cache: 'no-store', signal: within(PATIENCE) })
      if (answer.status === 200) {
        const { receipts } = await answer.json()
        this.reported = true
        await this.keep.note('reported', { at: this.now(), waiting: waiting.length }).catch(() => null)
        return { receipts }
      }
      return { status: answer.status }
    } catch {
      return null
    }
  }

  /** Does what the receipts say. An entry that was changed while it was on its way stays, to be sent as it is now. */
  async #file(receipts, rows) {
    for (const { client_ref, outcome, engagement_id, field, reason, differs } of receipts) {
      const sent = rows.get(client_ref)
      if (!sent) continue
      const is = asSent(sent)
      if (outcome === 'kept' && !differs) {
        const typed = goesByItself(sent) ? [{ store: 'typing', remove: client_ref }] : [] // of what is being mended the newer words stay
        if (await this.keep.write([{ store: 'outbox', remove: client_ref }, ...typed], { store: 'outbox', id: client_ref, is })) this.kept += 1
      } else if (outcome === 'kept') {
        await this.#mark(client_ref, 'differs', { engagement_id }, is)
      } else {
        await this.#mark(client_ref, 'needs_work', { receipt: { field: field ?? '', reason: reason ?? '' } }, is)
      }
    }
    announce()
  }

  /** As `mark`; where the phone is full the entry waits as it was, and is asked about again, and those after it go. */
  #mark(...asked) {
    return mark(this.keep, ...asked).catch((error) => console.warn(error))
  }

  /** Whether what only waits here, to be mended or for another officer, should be said again; nothing left is said once. */
  async #reportIsDue() {
    const { at, waiting } = (await this.keep.noted('reported')) ?? { at: 0, waiting: 0 }
    const rows = (await this.keep.all('outbox')).length
    return rows !== waiting || (rows > 0 && this.now() - at > REPORT_EVERY)
  }
}
