// The outbox: what was saved on this device and is not on the record yet. How it is sent: sending.mjs.
//
// A row leaves only on a receipt that echoes its reference, or when its officer throws it away. States: `waiting` (to be
// sent), `posted` (a page posted it by the form: its answer is waited for before it is sent otherwise), `mending` (its
// officer has the form with what is to be mended before them), `needs_work` (the service said what to mend), `differs`
// (the reference is on record with other words; these are kept to correct it by). A state is changed in one step with
// the look at what it was (Shelf.write), and by whoever has the entry's lock (claims.mjs).
import { withEntry } from './claims.mjs'

const SPEAKS_UP_AFTER = 7 * 24 * 60 * 60 * 1000
export const GOING = new Set(['waiting', 'posted'])

/** Whether an entry goes by itself: there is nothing for its officer to do. */
export const goesByItself = (row) => GOING.has(row?.state)

/** Says to every other page of this device that the outbox is another now; {out: id}, that those words are to go; {locked: true}, that its officer has signed out. */
export function announce(what = 'changed') {
  if (typeof BroadcastChannel === 'undefined') return
  const channel = new BroadcastChannel('diary-outbox')
  channel.postMessage(what)
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

/**
 * Changes the state of a row that is still there and of which `is` holds, and with `more` what is in its box; whether it
 * did. Nobody's change in between is written over: then it looks again.
 */
export async function mark(keep, id, state, more = null, is = () => true) {
  for (;;) {
    const row = await keep.get('outbox', id)
    if (!row || !is(row)) return false
    const box = more === null ? row.box : await keep.seal({ ...(await keep.unseal(row.box)), ...more }, row.owner)
    const asRead = (now) => now?.kept_at === row.kept_at && now.state === row.state
    if (await keep.write([{ store: 'outbox', put: { ...row, state, box } }], { store: 'outbox', id, is: asRead })) break
  }
  announce()
  return true
}

/** Leaves an entry to the page on which its owner mends it: it is not sent before it is saved again. Tells whether it is still here. */
export function claim(keep, id, owner, locks) {
  return withEntry(id, async () => {
    await mark(keep, id, 'mending', null, (row) => row.owner === owner && goesByItself(row))
    return (await keep.get('outbox', id)) !== undefined
  }, locks)
}

/** Makes an entry again what is being typed, in one step; whether it was still here. */
export function unsave(keep, { id, owner, content, kept_at }, locks) {
  return withEntry(id, async () => {
    const put = { id, owner, kept_at, box: await keep.seal(content, owner) }
    const undone = await keep.write([{ store: 'typing', put }, { store: 'outbox', remove: id }], { store: 'outbox', id, is: Boolean })
    announce()
    return undone
  }, locks)
}

/** Its officer throws it away; whether it was still here to be thrown away. */
export function throwAway(keep, id, locks) {
  return withEntry(id, async () => {
    const here = (await keep.get('outbox', id)) !== undefined
    await forget(keep, id)
    return here
  }, locks)
}

/** What waits on this device: {mine, to_mend, others, oldest} for the account that is signed in on it; `late` after a week. */
export async function countOf(keep, now) {
  const me = (await keep.current())?.account ?? null
  const rows = await keep.all('outbox')
  const mine = rows.filter((row) => row.owner === me)
  const oldest = Math.min(...mine.map((row) => row.kept_at))
  return {
    mine: mine.length,
    to_mend: mine.filter((row) => !goesByItself(row)).length,
    others: rows.length - mine.length,
    oldest: mine.length ? oldest : null,
    late: mine.length > 0 && now - oldest > SPEAKS_UP_AFTER,
  }
}
