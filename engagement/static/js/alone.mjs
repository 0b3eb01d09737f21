// What the worker does by itself: it sends where no page is open, and lets no page of somebody who signed out here come back.
import { openKeep } from './keep.mjs'
import { askedOf, send } from './sending.mjs'
import { askSession } from './session.mjs'

/** Sends what waits, exactly as a page does; rejects where nothing could be sent, so that the browser wakes the worker again. */
export async function sendAlone({ open = openKeep, sendNow = send } = {}) {
  const { is } = await sendNow(await open())
  if (is === 'silent') throw new Error('no signal yet')
}

/**
 * Whether a page may be asked for: who signed out here without a signal is signed out on the service first, or their cookie would open
 * it. Without a device that keeps anything there is nobody.
 */
export async function nobodyOwed({ open = openKeep, ask = askSession } = {}) {
  const keep = await open().catch(() => null)
  const owed = () => keep?.owed().catch(() => null)
  if (!(await owed())) return true
  await askedOf(keep, ask)
  return !(await owed())
}
