// The script of every page of somebody who is signed in, and of the shells: what makes the diary an app that loses nothing.
import { refToMend } from './came-from.mjs'
import { install } from './install.mjs'
import { openKeep } from './keep.mjs'
import { claim, forget, goesByItself } from './outbox.mjs'
import { send } from './sending.mjs'
import { onSignOut } from './sign-out.mjs'
import { WaitingLine } from './waiting-line.mjs'

/** The account that this page was made for; null on a shell, which is nobody's. */
const accountOf = (page) => page.body.dataset.account ?? null

/** Forgets what this page says is on the record: the receipt of an entry that went by the form. What is kept to correct it by stays. */
export async function takeReceipt(page, keep) {
  const ref = page.querySelector('[data-receipt]')?.dataset.receipt
  if (ref && (await keep.get('outbox', ref))?.state !== 'differs') await forget(keep, ref)
}

/** Leaves to this page the entry that it has something to ask about, or was opened to mend: as it was saved it is not to be sent. */
export async function claimMending(page, keep, { hash = globalThis.location?.hash ?? '', locks = globalThis.navigator?.locks } = {}) {
  const $form = page.querySelector('form[data-module~="diary-saving"]')
  if (!$form) return
  const asked = $form.hasAttribute('data-mending') ? [$form.elements.client_ref.value, $form.dataset.was] : []
  const owner = accountOf(page) ?? (await keep.current())?.account
  for (const ref of [...asked, refToMend(hash)]) if (ref) await claim(keep, ref, owner, locks)
}

/** Says on a shell, which is nobody's, who is signed in on this device: what is saved on it goes on the record as theirs. */
export async function sayWho(page, keep) {
  const $who = page.querySelector('[data-who]')
  const name = $who && (await keep.current())?.name
  if (!name) return
  $who.hidden = false
  $who.querySelector('[data-name]').textContent = name
}

/** Runs one after the other what is asked for again and again: whoever asks gets a run that began after they asked. */
export function inTurn(run) {
  let [running, next] = [Promise.resolve(), null]
  return () => {
    next ??= running.catch(() => null).then(() => {
      next = null
      running = run()
      return running
    })
    return next
  }
}

/**
 * Runs what is asked for, and while it finds the service silent and there `waits` something, again by itself: after half a minute, then
 * after twice as long each time, five minutes at most, and not on all phones at the same moment.
 */
export function patiently(run, waits, { later = setTimeout, stop = clearTimeout, chance = Math.random } = {}) {
  let [silences, timer] = [0, null]
  return async function ask() {
    const found = await run()
    silences = found.is === 'silent' ? silences + 1 : 0
    stop(timer)
    if (silences && (await waits())) timer = later(() => ask().catch(() => null), Math.min(15_000 * 2 ** silences, 300_000) * (1 + chance() / 2))
    return found
  }
}

async function start(page) {
  const registered = install()
  const keep = await openKeep()
  const settled = takeReceipt(page, keep).then(() => claimMending(page, keep)).catch((error) => console.warn(error)) // before anything is sent: what this page says of an entry decides about it
  const $line = page.querySelector('[data-module~="diary-waiting"]')
  const sendNow = inTurn(async () => { await settled; return send(keep, { expect: accountOf(page) }) })
  const line = $line && new WaitingLine($line, keep, { send: sendNow })
  const drain = patiently(async () => {
    const found = await sendNow()
    await line?.show()
    if (found.is === 'silent') (await registered)?.sync?.register('diary-send').catch(() => {}) // a browser without Background Sync has the other ways
    return found
  }, async () => Boolean(await keep.owed()) || (await keep.all('outbox')).some(goesByItself))
  const away = () => {
    sessionStorage.clear() // whom they rang
    location.replace('/offline/waiting') // which says who signed out, and how many entries wait
  }
  if (accountOf(page) && (await keep.owed())?.account === accountOf(page)) return away() // their cookie opened it
  const whose = async () => (await keep.current())?.account ?? null
  const before = accountOf(page) ?? (await whose())
  addEventListener('pageshow', async ({ persisted }) => persisted && (await whose()) !== before && location.reload()) // the browser had put the page away
  new BroadcastChannel('diary-outbox').addEventListener('message', ({ data }) => (data?.locked ? away() : line?.show()))
  addEventListener('online', drain)
  addEventListener('diary-send', drain) // an entry was saved on this page
  page.addEventListener('visibilitychange', () => page.visibilityState === 'visible' && drain())
  navigator.serviceWorker?.addEventListener('message', ({ data }) => data?.type === 'diary-send' && drain())
  onSignOut(page, keep)
  const carry = async (kept = 0) => (await import('./pack.mjs')).carryPack({ changed: kept > 0 || page.querySelector('[data-receipt]') !== null })
  page.addEventListener('diary-page', () => carry()) // what was saved is on the record
  await sayWho(page, keep)
  await line?.show()
  const { kept } = await drain().catch(() => ({ kept: 0 }))
  await carry(kept) // once the device knows who is signed in on it; no page waits for this part
}

if (typeof document !== 'undefined') start(document).catch((error) => console.warn(error)) // without it the diary works as pages do
