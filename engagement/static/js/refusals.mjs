// Shows on a form what is to be mended, as the service shows it: a summary on top, and the sentence beside its field.

/** The control that a field's sentence stands before: the row of choices, or the line itself. */
function placeOf($form, field) {
  const $control = $form.querySelector(`#${CSS.escape(field)}`)
  return $control?.closest('.diary-chips') ?? $control
}

/** Takes away what was shown, by this device or by the service. */
export function clear($form) {
  document.querySelector('.govuk-error-summary')?.remove()
  for (const $old of $form.querySelectorAll('.govuk-error-message')) $old.remove()
  for (const $group of $form.querySelectorAll('.govuk-form-group--error')) $group.classList.remove('govuk-form-group--error')
  for (const $one of $form.querySelectorAll('[data-described]')) {
    if ($one.dataset.described) $one.setAttribute('aria-describedby', $one.dataset.described)
    else $one.removeAttribute('aria-describedby')
    delete $one.dataset.described
  }
}

/**
 * Shows `problems`, [{field, sentence}], and puts the focus on the summary. `$templates` holds the service's own markup
 * for both; a field that this page does not have is in the summary alone.
 */
export function show($form, $templates, problems) {
  clear($form)
  const $summary = $templates.querySelector('[data-problems]').content.cloneNode(true)
  const $list = $summary.querySelector('ul')
  const $item = $list.querySelector('li')
  $list.replaceChildren(...problems.map(({ field, sentence }) => {
    const $one = $item.cloneNode(true)
    const $link = $one.querySelector('a')
    if (field && placeOf($form, field)) Object.assign($link, { textContent: sentence }).setAttribute('href', `#${field}`)
    else $one.textContent = sentence
    $link.addEventListener('click', (event) => {
      const $control = $form.querySelector(`#${CSS.escape(field)}`)
      if (!$control) return
      event.preventDefault()
      $control.closest('details')?.setAttribute('open', '')
      $control.focus()
    })
    return $one
  }))
  for (const { field, sentence } of problems) {
    const $place = field && placeOf($form, field)
    if (!$place) continue
    const $message = $templates.querySelector('[data-problem]').content.cloneNode(true).firstElementChild
    const taken = $form.querySelectorAll(`[id^="${CSS.escape(field)}-error"]`).length
    $message.id = `${field}-error${taken ? taken + 1 : ''}`
    $message.append(sentence)
    $place.before($message)
    const $control = $form.querySelector(`#${CSS.escape(field)}`)
    $control.dataset.described ??= $control.getAttribute('aria-describedby') ?? ''
    $control.setAttribute('aria-describedby', `${$control.dataset.described} ${$message.id}`.trim())
    $place.closest('details')?.setAttribute('open', '')
    $place.closest('.diary-line, .govuk-form-group, .diary-log__part')?.classList.add('govuk-form-group--error')
  }
  const $shown = $summary.firstElementChild
  document.querySelector('main h1').before($summary)
  $shown.tabIndex = -1
  $shown.focus()
}
