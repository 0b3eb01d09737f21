// "Not for the diary": once something is said to be intelligence, what was typed of it leaves this device before anything else.
import { openKeep } from './keep.mjs'
import { forget } from './outbox.mjs'

const REF = /^#([0-9a-f-]{36})$/

/** Takes the entry that this page was opened from off the device: what was typed, and what was saved and not sent. */
export async function takeOut(keep, hash) {
  const ref = hash.match(REF)?.[1]
  if (ref) await forget(keep, ref)
}

async function start(page) {
  const keep = await openKeep()
  const $button = page.querySelector('[data-take-out]')
  if ($button) $button.hidden = false
  $button?.addEventListener('click', async () => {
    await takeOut(keep, location.hash)
    $button.hidden = true
    page.querySelector('[data-gone]').hidden = false
  })
  page.querySelector('button[name="kind"][value="intelligence"]')?.addEventListener('click', async (event) => {
    event.preventDefault()
    const $form = event.currentTarget.form
    const $kind = Object.assign(page.createElement('input'), { type: 'hidden', name: 'kind', value: 'intelligence' })
    await takeOut(keep, location.hash)
    $form.append($kind)
    $form.submit()
  })
}

if (typeof document !== 'undefined') start(document).catch((error) => console.warn(error))
