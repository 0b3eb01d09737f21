// Signing out on a device: what waits is sent first if it can be, then key and pack go. What was not sent stays, sealed.
import { send } from './outbox.mjs'

const PATIENCE = 3000 // milliseconds that signing out may take longer for the sake of what waits

/** Sends what can be sent in a short while, then forgets who was signed in. It never fails: signing out always works. */
export async function leave(keep, { sendNow = send, wait = (ms) => new Promise((done) => setTimeout(done, ms)) } = {}) {
  await Promise.race([sendNow(keep).catch(() => null), wait(PATIENCE)])
  await keep.forget().catch(() => null)
}

/** Puts `leave` before every sign-out form of the page. */
export function onSignOut(page, keep) {
  for (const $form of page.querySelectorAll('form[action="/sign-out"]')) {
    $form.addEventListener('submit', async (event) => {
      event.preventDefault()
      await leave(keep)
      $form.submit()
    })
  }
}
