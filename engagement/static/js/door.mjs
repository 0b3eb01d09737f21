// The script of the sign-in page: nobody is signed in, so nobody's key and patch stay on this device.
import { openKeep } from './keep.mjs'
import { send } from './outbox.mjs'
import { askSession } from './session.mjs'

/** Forgets who was signed in, once the service says that nobody is; an account that was disabled hands its entries in first. */
export async function clear(keep, { ask = askSession, sendNow = send } = {}) {
  const current = await keep.current()
  const asked = await ask({ hand_in: current?.hand_in })
  if (asked.is !== 'out') return
  if (asked.disabled) await sendNow(keep)
  else if (current) await keep.forget(current.account) // not whoever has signed in on another page since
}

if (typeof document !== 'undefined') openKeep().then(clear).catch((error) => console.warn(error))
