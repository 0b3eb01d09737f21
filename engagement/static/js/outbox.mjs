// The outbox: what was saved on this device and is not on the record yet, and how it is sent.
//
// A row leaves only on a receipt that echoes its reference, or when its officer throws it away. States: `waiting` (to be
// sent), `mending` (its officer has the form with what is to be mended before them), `needs_work` (the service said what
// to mend), `differs` (the reference is on record with other words; these are kept to correct it by).
import { askSession, within } from './session.mjs'

export const MOST_DRAFTS = 200
export const MOST_BYTES = 500_000
const PATIENCE = 30_000 // milliseconds for one sending
const REPORT_EVERY = 6 * 60 * 60 * 1000 // what only waits is reported so often
const SPEAKS_UP_AFTER = 7 * 24 * 60 * 60 * 1000
const LOCK = 'diary-outbox'

/** The name of the lock that a page holds while it posts an entry itself. */
export const lockOf = (id) => `diary-entry ${id}`

/** Says to every page of this device that the outbox is another now. */
export function announce() {
  if (typeof BroadcastChannel === 'undefined') return
  const channel = new BroadcastChannel('diary-outbox')
  channel.postMessage('changed')
  channel.close()
}

/**
 * Keeps an entry before anything is sent, and in the same transaction ends its life as something that is being typed.
 * `content` is {fields, title, typed_at}. Throws where the device cannot keep it (full, or no key): then nothing changed.
 */
export async function save(keep, { id, owner, content, kept_at, state = 'waiting' }) {
  const put = { id, owner, client_ref: id, kept_at, state, box: await keep.seal(content, owner) }
  await keep.write([{ store: 'outbox', put }, { store: 'typing', remove: id }])
  announce()
}

/** The service has it, or its officer has thrown it away: the words go. */
export async function forget(keep, id) {
  await keep.write([{ store: 'outbox', remove: id }, { store: 'typing', remove: id }])
  announce()
}

/** Changes the state of a row that is still there, and with `more` what is in its box. */
export async function mark(keep, id, state, more = null) {
  const row = await keep.get('outbox', id)
  if (!row) return
  const box = more === null ? row.box : await keep.seal({ ...(await keep.unseal(row.box)), ...more }, row.owner)
  await keep.put('outbox', { ...row, state, box })
  announce()
}

/** What waits on this device: {mine, to_mend, others, oldest} for the account that is signed in on it; `late` after a week. */
export async function countOf(keep, now) {
  const me = (await keep.current())?.account ?? null
  const rows = await keep.all('outbox')
  const mine = rows.filter((row) => row.owner === me)
  const oldest = Math.min(...mine.map((row) => row.kept_at))
  return {
    mine: mine.length,
    to_mend: mine.filter((row) => row.state !== 'waiting').length,
    others: rows.length - mine.length,
    oldest: mine.length ? oldest : null,
    late: mine.length > 0 && now - oldest > SPEAKS_UP_AFTER,
  }
}

/** What /sync takes of an entry: the log form's fields as they were typed, and when, by this device's clock. */
export function draftOf({ id, owner, kept_at }, { fields, typed_at }) {
  return { client_ref: id, owner, typed_at: new Date(typed_at ?? kept_at).toISOString(), fields }
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
export async function send(keep, { fetch = (...asked) => globalThis.fetch(...asked), locks = globalThis.navigator?.locks, now = Date.now, ask = askSession, expect = null } = {}) {
  const run = () => new Sending(keep, { fetch, locks, now, ask, expect }).run()
  return locks ? locks.request(LOCK, run) : run()
}

class Sending {
  constructor(keep, using) {
    Object.assign(this, { keep, ...using, kept: 0 })
  }

  async run() {
    const current = await this.keep.current()
    const rows = await this.keep.all('outbox')
    const views = await this.keep.all('views', current?.account ?? '')
    const known = current && (this.expect === null || this.expect === current.account)
    if (known && !rows.length && !views.length && !(await this.#reportIsDue())) return { is: 'nothing', kept: 0 }
    const asked = await this.ask({ fetch: this.fetch, hand_in: current?.hand_in })
    if (asked.is === 'silent') return { is: 'silent', kept: 0 }
    if (asked.is === 'out') return asked.disabled && current ? this.#handIn(current) : { is: 'out', kept: 0 }
    await this.keep.begin(asked.session)
    if (asked.offset !== undefined) await this.keep.note('clock', asked.offset)
    return this.#send(asked.session)
  }

  async #send(session) {
    const mine = await this.#sendable(session.account)
    const views = await this.#open(await this.keep.all('views', session.account))
    const body = { views: views.map(({ content }) => content) }
    if (!mine.length && !views.length && !(await this.#reportIsDue())) return { is: 'nothing', kept: 0 }
    const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': session.csrf_token, 'X-Device': await this.keep.device() }
    const drafts = mine.map(({ row, content }) => draftOf(row, content))
    const sent = await this.#each('/sync', headers, drafts, new Map(mine.map(({ row }) => [row.id, row])), body)
    if (sent && views.length) await this.keep.write(views.map(({ row }) => ({ store: 'views', remove: row.id })))
    return { is: sent ? 'sent' : 'silent', kept: this.kept }
  }

  /** The account was disabled: what it has here goes into the sergeant's hands, then its key. */
  async #handIn(current) {
    for (const row of await this.keep.all('pack', current.account)) await this.keep.remove('pack', row.id)
    const mine = await this.#sendable(current.account)
    const drafts = mine.map(({ row, content }) => draftOf(row, content))
    const headers = { 'Content-Type': 'application/json', 'X-Device': await this.keep.device() }
    const sent = !drafts.length || (await this.#each('/sync/hand-in', headers, drafts, new Map(mine.map(({ row }) => [row.id, row])), { hand_in: current.hand_in }))
    if (sent && !(await this.keep.all('outbox', current.account)).length) await this.keep.forget(current.account)
    announce()
    return { is: 'disabled', kept: this.kept }
  }

  /** The account's rows that wait and that no page is posting, with what is in them. */
  async #sendable(account) {
    const { held: holding = [], pending = [] } = (await this.locks?.query?.()) ?? {}
    const held = new Set([...holding, ...pending].map((lock) => lock.name))
    const rows = (await this.keep.all('outbox', account)).filter((row) => row.state === 'waiting' && !held.has(lockOf(row.id)))
    return (await this.#open(rows)).sort((a, b) => a.row.kept_at - b.row.kept_at)
  }

  /** Rows with their content; one that does not open with this key stays where it is. */
  async #open(rows) {
    const opened = await Promise.all(rows.map(async (row) => ({ row, content: await this.keep.unseal(row.box).catch(() => null) })))
    return opened.filter(({ content }) => content !== null)
  }

  /** Posts all batches; whether each was answered. One that the service cannot take as a whole is tried in halves. */
  async #each(address, headers, drafts, rows, more) {
    const queue = drafts.length ? batches(drafts) : [[]]
    let rest = more
    while (queue.length) {
      const batch = queue.shift()
      const answer = await this.#post(address, headers, batch, rest)
      if (answer === null) return false
      if (answer.receipts) {
        await this.#file(answer.receipts, rows)
        if (address === '/sync') rest = { views: [] }
      } else if (batch.length > 1) {
        const half = Math.ceil(batch.length / 2)
        queue.unshift(batch.slice(0, half), batch.slice(half))
      } else if (batch.length === 1 && answer.status !== 500) {
        await mark(this.keep, batch[0].client_ref, 'needs_work', { receipt: { field: '', reason: '' } })
      } else {
        return false
      }
    }
    return true
  }

  /** {receipts}, or {status} where the service refuses the batch itself, or null where it must be tried again later. */
  async #post(address, headers, drafts, more) {
    const going = new Set(drafts.map((draft) => draft.client_ref))
    const waiting = (await this.keep.all('outbox')).filter((row) => !going.has(row.id)).map(({ id, owner, kept_at }) => ({ client_ref: id, owner, kept_at: new Date(kept_at).toISOString() }))
    const body = JSON.stringify({ sent_at: new Date(this.now()).toISOString(), ...more, drafts, waiting })
    try {
      const answer = await this.fetch(address, { method: 'POST', headers, body, redirect: 'error', cache: 'no-store', signal: within(PATIENCE) })
      if (answer.status === 200) {
        const { receipts } = await answer.json()
        await this.keep.note('reported', { at: this.now(), waiting: waiting.length })
        return { receipts }
      }
      return [400, 413, 422, 500].includes(answer.status) ? { status: answer.status } : null
    } catch {
      return null
    }
  }

  /** Does what the receipts say. An entry that was changed while it was on its way stays, to be sent as it is now. */
  async #file(receipts, rows) {
    for (const { client_ref, outcome, engagement_id, field, reason, differs } of receipts) {
      const sent = rows.get(client_ref)
      const row = sent && (await this.keep.get('outbox', client_ref))
      if (!row || row.kept_at !== sent.kept_at || row.state !== 'waiting') continue
      if (outcome === 'kept' && !differs) {
        await this.keep.write([{ store: 'outbox', remove: client_ref }, { store: 'typing', remove: client_ref }])
        this.kept += 1
      } else if (outcome === 'kept') {
        await mark(this.keep, client_ref, 'differs', { engagement_id })
      } else {
        await mark(this.keep, client_ref, 'needs_work', { receipt: { field: field ?? '', reason: reason ?? '' } })
      }
    }
    announce()
  }

  /** Whether what only waits here, to be mended or for another officer, should be said again; nothing left is said once. */
  async #reportIsDue() {
    const { at, waiting } = (await this.keep.noted('reported')) ?? { at: 0, waiting: 0 }
    const rows = (await this.keep.all('outbox')).length
    return rows !== waiting || (rows > 0 && this.now() - at > REPORT_EVERY)
  }
}
