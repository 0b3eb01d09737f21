// The patch pack of this device: fetched while there is a signal, read where there is none, never older than a shift.
//
// One row, `patch`: whose it is, when it was last known to be so (`kept_at`, by this device's clock) and until when it may be
// read, in clear; what it says is sealed. An expired pack is thrown away where it is found: the outbox is another store.
import { openKeep } from './keep.mjs'

const ROW = 'patch'
const EVERY = 10 * 60_000
const PATIENCE = 15_000
const SET_BACK = 5 * 60_000 // a clock that was set back by more: nobody can say how old the pack is
const SETTLE = 1500 // after an entry was saved
const LOCK = 'diary-pack'
const CARRIED = '(max-width: 820px), (pointer: coarse), (display-mode: standalone)' // a desk has a cable, and is read by those who walk past

const expired = (row, now) => now >= row.expires_at || now < row.kept_at - SET_BACK

/**
 * Fetches the pack, unless that was done within ten minutes (`anyway` does it nevertheless). Tells 'new', 'same', 'rested',
 * 'silent' (no answer that says anything), 'nobody' (no account on this device), 'busy' (another tab does it), or 'gone'
 * (the account is disabled or may not read the diary any more: the pack is wiped). It never throws.
 */
export async function refreshPack({ keep = null, anyway = false, now = Date.now, locks = globalThis.navigator?.locks, fetch = (...asked) => globalThis.fetch(...asked) } = {}) {
  const run = async (lock) => (lock === null ? 'busy' : fetched(keep ?? (await openKeep()), { anyway, now, fetch }))
  return (locks ? locks.request(LOCK, { ifAvailable: true }, run) : run()).catch(() => 'silent')
}

async function fetched(keep, { anyway, now, fetch }) {
  const current = await keep.current()
  if (current === null) return 'nobody'
  const row = await rowOf(keep, current.account)
  const age = row ? now() - row.kept_at : Infinity
  if (!anyway && row?.box && age >= 0 && age < EVERY) return 'rested'
  const known = row?.box && row.etag && !expired(row, now())
  const headers = { Accept: 'application/json', ...(known && { 'If-None-Match': row.etag }), ...(current.hand_in && { 'X-Hand-In': current.hand_in }) }
  const answer = await fetch('/api/patch', { headers, cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(PATIENCE) })
  if (answer.status === 304 && known) return renewed(keep, row, now())
  if (answer.status === 200) return stored(keep, current, await answer.json(), answer.headers.get('ETag'), now())
  if (answer.status === 401) return (await answer.json().catch(() => ({}))).reason === 'disabled' ? wiped(keep) : 'silent'
  return [403, 404].includes(answer.status) ? wiped(keep) : 'silent'
}

async function renewed(keep, row, at) {
  const put = { ...row, kept_at: at, expires_at: at + (row.expires_at - row.kept_at) }
  return (await keep.write([{ store: 'pack', put }], keep.whileIn(row.owner))) ? 'same' : 'nobody'
}

async function stored(keep, current, pack, etag, at) {
  if (pack.account !== current.account) return 'silent' // somebody else is signed in by now: the next page tells this device
  const life = Date.parse(pack.expires_at) - Date.parse(pack.made_at)
  const put = { id: ROW, owner: current.account, kept_at: at, expires_at: at + life, etag, box: await keep.seal(pack, current.account) }
  return (await keep.write([{ store: 'pack', put }], keep.whileIn(current.account))) ? 'new' : 'nobody' // who signed out meanwhile leaves nothing
}

async function wiped(keep) {
  await keep.remove('pack', ROW)
  return 'gone'
}

async function rowOf(keep, account) {
  const row = await keep.get('pack', ROW)
  return row?.owner === account ? row : null
}

/**
 * What there is of the patch on this device: {is: 'here', pack, at}, {is: 'expired', at}, {is: 'none'}, or {is: 'nobody', ...Keep.nobody()}; `at` is when it was
 * last known to be so, in milliseconds. What has expired is thrown away.
 */
export async function stateOfPack({ keep = null, now = Date.now } = {}) {
  keep ??= await openKeep()
  const current = await keep.current()
  if (current === null) return { is: 'nobody', ...(await keep.nobody()) }
  const row = await rowOf(keep, current.account)
  if (!row) return { is: 'none' }
  if (!row.box) return { is: 'expired', at: row.kept_at }
  if (expired(row, now())) {
    const put = { id: ROW, owner: row.owner, kept_at: row.kept_at, expires_at: row.expires_at }
    await keep.write([{ store: 'pack', put }], keep.whileIn(row.owner))
    return { is: 'expired', at: row.kept_at }
  }
  const pack = await keep.unseal(row.box).catch(() => null)
  return pack === null ? { is: 'none' } : { is: 'here', pack, at: row.kept_at }
}

/** The pack as {pack, at}, or null where there is none that may be read. It never throws. */
export async function readPack(using = {}) {
  const found = await stateOfPack(using).catch(() => ({ is: 'none' }))
  return found.is === 'here' ? { pack: found.pack, at: found.at } : null
}

/**
 * Notes that something is read without a signal; it rides along with the next sending, for the record of who read what.
 * Whether that is kept: what cannot be put on record is not shown. Throws where the device is full.
 */
export async function recordOpening(entity, id, { keep = null, now = Date.now } = {}) {
  keep ??= await openKeep()
  const current = await keep.current()
  if (current === null) return false
  const at = now()
  const box = await keep.seal({ entity, id: String(id), at: new Date(at).toISOString() }, current.account)
  const put = { id: crypto.randomUUID(), owner: current.account, kept_at: at, box }
  return keep.write([{ store: 'views', put }], keep.whileIn(current.account))
}

/**
 * Keeps the pack fresh while this page is open, on a device that is carried along: a phone, a tablet, the installed app.
 * Called once the device knows who is signed in on it; `changed` where an entry has just gone on the record, which the pack does not know.
 */
export async function carryPack({ changed = false, refresh = refreshPack, page = document, window = globalThis } = {}) {
  if (!window.matchMedia(CARRIED).matches) return 'rested'
  let settling = null
  const soon = () => {
    clearTimeout(settling)
    settling = setTimeout(() => refresh({ anyway: true }), SETTLE)
  }
  if ('BroadcastChannel' in window) new window.BroadcastChannel('diary-outbox').addEventListener('message', soon)
  window.addEventListener('online', () => refresh())
  page.addEventListener('visibilitychange', () => page.visibilityState === 'visible' && refresh())
  return refresh({ anyway: changed })
}
