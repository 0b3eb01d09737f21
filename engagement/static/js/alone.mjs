// What the worker does when the browser wakes it because there is a signal again and no page of the diary is open.
import { openKeep } from './keep.mjs'
import { send } from './outbox.mjs'

/** Sends what waits, exactly as a page does; rejects where nothing could be sent, so that the browser wakes the worker again. */
export async function sendAlone({ open = openKeep, sendNow = send } = {}) {
  const { is } = await sendNow(await open())
  if (is === 'silent') throw new Error('no signal yet')
}
