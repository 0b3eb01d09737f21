// Posts the log form without leaving its page, and puts the page that answers in its place: where the connection breaks no navigation fails,
// so nobody who pressed Save stands before the browser's own "This site can't be reached".
import { within } from './session.mjs'

const PATIENCE = 30_000 // milliseconds after which no answer is one
const FORM = 'form[data-module~="diary-saving"][data-mending]'

/** What a page is to an entry: its receipt ('done'), the form with what is to be answered ('asks'), or nothing ('other'). */
export function saysOf(page, ref) {
  if (page.querySelector('[data-receipt]')?.dataset.receipt === ref) return 'done'
  const $form = page.querySelector(FORM)
  return $form && [$form.elements.client_ref.value, $form.dataset.was].includes(ref) ? 'asks' : 'other'
}

/**
 * Posts fields, and follows where the answer leads: {is, page, address}, `is` by `saysOf`, or {is: 'silent'} where none came whole. It never throws.
 * A form has its own address: what it was posted to may be none that can be opened, and a phone opens again the pages that it had put away.
 */
export async function post(address, fields, ref, { fetch = (...asked) => globalThis.fetch(...asked), read = (text) => new DOMParser().parseFromString(text, 'text/html') } = {}) {
  try {
    const body = new URLSearchParams(fields)
    const answer = await fetch(address, { method: 'POST', body, mode: 'same-origin', cache: 'no-store', signal: within(PATIENCE) })
    const page = read(await answer.text())
    const is = saysOf(page, ref)
    return { is, page, address: is === 'asks' ? page.querySelector(FORM).getAttribute('action') : answer.url }
  } catch {
    return { is: 'silent' }
  }
}

/** Puts a page in the place of this one, as if the browser had gone there; its behaviours begin (begin.mjs). */
export function show(page, address, here = document) {
  const $main = page.querySelector('main')
  const places = [here.querySelector('.diary-classification'), here.querySelector('main').parentElement, ...here.querySelectorAll('nav')]
  const others = [page.querySelector('.diary-classification'), $main.parentElement, ...page.querySelectorAll('nav')]
  history.replaceState(null, '', address)
  here.title = page.title
  for (const [i, $place] of places.entries()) if (others[i]) $place.replaceWith(others[i])
  here.dispatchEvent(new CustomEvent('diary-page', { detail: $main }))
  scrollTo(0, 0)
  if ($main.contains(here.activeElement)) return // what is to be mended has taken it
  const $heading = $main.querySelector('h1')
  $heading.tabIndex = -1
  $heading.focus()
}
