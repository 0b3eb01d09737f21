// The script of the sign-in page: nobody is signed in, so nobody's key and patch stay on this device.
import { openKeep } from './keep.mjs'
import { send } from './sending.mjs'
import { askSession } from './session.mjs'

/**
 * Forgets who was signed in, once the service says that nobody is. Of an account that was disabled the patch goes at once, and the
 * key as soon as there is nothing (any more) to hand in with it.
 */
export async function clear(keep, { ask = askSession, sendNow = send } = {}) {
  const current = await keep.current()
  const owed = await keep.owed()
  const asked = await ask({ hand_in: current?.hand_in })
  if (owed && asked.is === 'out') await keep.told(owed)
  if (asked.is !== 'out' || !current) return
  if (!asked.disabled) return keep.forget(current.account) // not whoever has signed in on another page since
  for (const { id } of await keep.all('pack', current.account)) await keep.remove('pack', id)
  const { is } = await sendNow(keep)
  if (is === 'nothing') await keep.forget(current.account)
}

/** Says how many entries wait on this device, whosever they are, or that those that waited before were handed in. */
export async function sayWaits(page, keep, before = 0) {
  const $line = page.querySelector('[data-waits]')
  const n = (await keep.all('outbox')).length
  const { one, many, handed } = $line.dataset
  $line.textContent = n > 1 ? many.replace('{n}', n) : n === 1 ? one : handed
  $line.hidden = !n && !before
  return n
}

async function start(page) {
  const keep = await openKeep()
  const before = await sayWaits(page, keep)
  await clear(keep)
  await sayWaits(page, keep, before)
}

if (typeof document !== 'undefined') start(document).catch((error) => console.warn(error))
