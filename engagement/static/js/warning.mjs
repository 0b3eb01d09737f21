// Shows on the log form what was found in its free text: each place, the place for a reason and, for intelligence, the way out.
import { remember } from './fields.mjs'

/** Takes away what was shown, and shows `findings`, each with the words `around` it; `takeOut` is done by the button that takes the words off this phone. */
export function warn($form, $device, { fields, findings, warned }, takeOut) {
  $form.querySelector('.diary-wording')?.remove()
  remember($form, 'warned', warned)
  if (!findings.length) return
  const $panel = $device.querySelector('[data-wording]')?.content.cloneNode(true).firstElementChild
  if (!$panel) return
  const $line = $panel.querySelector('.diary-finding')
  $line.replaceWith(...findings.map((finding) => lineOf($line, finding)))
  if (!findings.some(({ kind }) => kind === 'intelligence')) $panel.querySelector('[data-intelligence]').remove()
  $panel.querySelector('[data-take-out]')?.addEventListener('click', takeOut)
  $panel.querySelector('#override_reason').value = fields.find(([name]) => name === 'override_reason')?.[1] ?? ''
  $form.querySelector('.diary-save').before($panel)
}

/** One finding: the words around it, itself marked, as a link to its field. */
function lineOf($line, { name, around: [before, after], text }) {
  const $one = $line.cloneNode(true)
  const $link = $one.querySelector('a')
  $link.replaceChildren(before, Object.assign(document.createElement('mark'), { textContent: text }), after)
  $link.setAttribute('href', `#${name}`)
  return $one
}
