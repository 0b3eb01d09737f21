// Shows on the log form what was found in its free text: each place, the place for a reason and, for intelligence, the way out.
import { remember } from './fields.mjs'

/** Takes away what was shown, and shows the `lines` in which something was found, each in its `pieces`; `takeOut` is done by the button that takes the words off this phone. */
export function warn($form, $device, { fields, lines, warned, intelligence }, takeOut) {
  $form.querySelector('.diary-wording')?.remove()
  remember($form, 'warned', warned)
  if (!lines.length) return
  const $panel = $device.querySelector('[data-wording]')?.content.cloneNode(true).firstElementChild
  if (!$panel) return
  const $line = $panel.querySelector('.diary-finding')
  $line.replaceWith(...lines.map((line) => lineOf($line, line)))
  if (!intelligence) $panel.querySelector('[data-intelligence]').remove()
  $panel.querySelector('[data-take-out]')?.addEventListener('click', takeOut)
  $panel.querySelector('#override_reason').value = fields.find(([name]) => name === 'override_reason')?.[1] ?? ''
  $form.querySelector('.diary-save').before($panel)
}

/** One line: what was found in it marked, as a link to its field. */
function lineOf($line, { name, pieces }) {
  const $one = $line.cloneNode(true)
  const $link = $one.querySelector('a')
  $link.replaceChildren(...pieces.map((words, i) => (i % 2 ? Object.assign(document.createElement('mark'), { textContent: words }) : words)))
  $link.setAttribute('href', `#${name}`)
  return $one
}
