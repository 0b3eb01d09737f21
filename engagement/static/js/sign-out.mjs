// Signing out on a device: what waits is sent first if it can be, then key and pack go. What was not sent stays, sealed. Without a
// signal the device is locked at once, and the service is told before anything else is sent.
import { announce } from './outbox.mjs'
import { send } from './sending.mjs'
import { askSession, ended } from './session.mjs'

const PATIENCE = 3000 // milliseconds that signing out may take longer for the sake of what waits

/** Sends what can be sent in a short while, then forgets who was signed in. It never fails: signing out always works. */
export async function leave(keep, { sendNow = send, wait = (ms) => new Promise((done) => setTimeout(done, ms)) } = {}) {
  await Promise.race([sendNow(keep).catch(() => null), wait(PATIENCE)])
  await keep.forget(null, { untold: true }).catch(() => null)
}

/** Signs out on this device alone: key and pack go at once, and every page of the device with them (see phone.mjs). */
export async function lock(keep) {
  await keep.forget(null, { untold: true }).catch(() => null)
  announce({ locked: true })
}

/** Puts `leave` before every sign-out form of the page; the form goes where there is a signal. A page without one has a button. */
export function onSignOut(page, keep, ask = askSession) {
  page.querySelector('[data-lock]')?.addEventListener('click', () => lock(keep))
  for (const $form of page.querySelectorAll('form[action="/sign-out"]')) {
    $form.addEventListener('submit', async (event) => {
      event.preventDefault()
      if (globalThis.navigator?.onLine === false) return lock(keep)
      const me = (await keep.current())?.account
      await leave(keep)
      const { is } = await ended(me, await ask(), ask)
      if (is === 'silent') announce({ locked: true })
      else if (is === 'out') location.assign('/sign-in')
      else $form.submit() // somebody else's page by now
    })
  }
}
