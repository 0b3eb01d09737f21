// Takes a form's fields as they stand, and puts them back as they stood.

const NOT_KEPT = new Set(['csrf_token', 'client_ref', 'do'])

/** The fields as [name, value], in their order; what is the page's own business (its token, its reference) is left out. */
export function fieldsOf($form) {
  return [...new FormData($form)].filter(([name, value]) => typeof value === 'string' && !NOT_KEPT.has(name))
}

/** The fields by name, as a form would give them: the last of several with one name, and all of them. */
export function reader(fields) {
  const values = new Map(fields.map(([name, value]) => [name, value]))
  const one = (name) => (values.get(name) ?? '').trim()
  const all = (name) => fields.filter(([other]) => other === name).map(([, value]) => value)
  /** The numbers of the lines of a list, such as those of "concern-3-title". */
  const lines = (list) => [...new Set([...values.keys()].map((name) => name.match(new RegExp(`^${list}-([0-9]{1,2})-`))?.[1]).filter(Boolean).map(Number))].sort((a, b) => a - b)
  return { one, all, lines }
}

/** Whether somebody has typed anything that would be a loss: words, or a choice of whom it was with. */
export function worthKeeping(fields) {
  return fields.some(([name, value]) => value.trim() !== '' && (/^(summary|group_name|place|attendance|happened_on|officers|for_officer|override_reason)$/.test(name) || /-(title|what|name|day)$/.test(name)))
}

/** The words of an entry that a list shows it by: whom it was with, else its line, else nothing. */
export function titleOf($form, fields) {
  const value = (name) => fields.find(([other]) => other === name)?.[1] ?? ''
  const $chosen = $form.querySelector('input[name="group"]:checked')
  const label = $chosen && $chosen.value !== 'new' ? $chosen.labels?.[0]?.textContent.trim() : ''
  return label || value('group_name').trim() || value('summary').trim().slice(0, 60)
}

/** Says something in the form that has no control of its own there: what was warned of, the button that was chosen. */
export function remember($form, name, value) {
  const $kept = $form.querySelector(`input[type="hidden"][name="${name}"]`) ?? $form.appendChild(Object.assign(document.createElement('input'), { type: 'hidden', name }))
  $kept.value = value
}

/** Takes all words that were typed out of a form, and what was found in them. */
export function takeOut($form) {
  for (const $one of $form.querySelectorAll('textarea, input:not([type]), input[type="text"], input[name="warned"]')) $one.value = ''
  $form.querySelector('.diary-wording')?.remove()
}

/** The numbers of lines that each list needs: {concern: 3} for a field concern-2-title. */
export function linesNeeded(fields) {
  const most = {}
  for (const [name, value] of fields) {
    const found = name.match(/^(concern|promise|also)-([0-9]{1,2})-(?:title|what|name)$/)
    if (found && value.trim() !== '') most[found[1]] = Math.max(most[found[1]] ?? 0, Number(found[2]) + 1)
  }
  return most
}

/** What goes into one control; the other half of `put`. A choice is ticked if its value is among those sent. */
function set($control, values) {
  if ($control.type === 'radio' || $control.type === 'checkbox') $control.checked = values.includes($control.value)
  else if ($control.type !== 'submit' && $control.type !== 'button' && $control.tagName !== 'BUTTON') $control.value = values[0] ?? ''
}

/**
 * Puts fields back into a form whose lines and choices are there. What has no control of its own on this page (what a
 * chosen group is owed, a plan it came from) goes along unseen, so that nothing that was said is lost. Radios of which
 * none was sent keep what the page chose.
 */
export function put($form, fields) {
  const byName = new Map()
  for (const [name, value] of fields) byName.set(name, [...(byName.get(name) ?? []), value])
  const shown = new Set()
  for (const $control of $form.elements) {
    const { name, type } = $control
    if (!name || NOT_KEPT.has(name)) continue
    const values = byName.get(name)
    if (values === undefined && type === 'radio') continue
    set($control, values ?? [])
    for (const value of type === 'radio' || type === 'checkbox' ? [$control.checked && $control.value] : values ?? []) shown.add(`${name}=${value}`)
  }
  for (const [name, value] of fields) {
    if (NOT_KEPT.has(name) || shown.has(`${name}=${value}`) || value === '') continue
    $form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
  }
}
