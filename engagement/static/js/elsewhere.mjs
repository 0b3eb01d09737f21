// "Not for the diary": once something is said to be intelligence, what was typed of it leaves this device before anything else.
import { CAME_FROM } from './came-from.mjs'
import { openKeep } from './keep.mjs'
import { announce, forget } from './outbox.mjs'

const REF = /^#?([0-9a-f-]{36})$/

/** Takes the entry that this page was opened from off the device: what was typed, and what was saved and not sent. */
export async function takeOut(keep, from) {
  const ref = (from ?? '').match(REF)?.[1]
  if (!ref) return
  await forget(keep, ref)
  announce({ out: ref }) // to the page it was typed on, should that be open still
}

function start(page, opened) {
  const from = () => location.hash || sessionStorage.getItem(CAME_FROM)
  const gone = () => opened.then((keep) => takeOut(keep, from())).catch((error) => console.warn(error))
  if (page.querySelector('[data-kept-of="intelligence"]')) gone() // the button was quicker than this script
  const $button = page.querySelector('[data-take-out]')
  if ($button) $button.hidden = false
  $button?.addEventListener('click', async () => {
    await gone()
    $button.hidden = true
    page.querySelector('[data-gone]').hidden = false
  })
  page.querySelector('button[name="kind"][value="intelligence"]')?.addEventListener('click', async (event) => {
    event.preventDefault()
    const $form = event.currentTarget.form
    await gone()
    $form.append(Object.assign(page.createElement('input'), { type: 'hidden', name: 'kind', value: 'intelligence' }))
    $form.submit()
  })
}

if (typeof document !== 'undefined') start(document, openKeep())
