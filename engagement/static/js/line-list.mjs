// Lines of a list that grow as they are filled in: Enter goes to the next one, and makes it where there is none.

/** A name, id or other reference of line `from` of a list as line `to` has it: "concern-0-title" as "concern-3-title". */
export function renumbered(text, list, from, to) {
  return text.replace(new RegExp(`(^|\\s)${list}-${from}-`, 'g'), `$1${list}-${to}-`)
}

/** Whether Enter in this field should go to the next line. */
export function goesOn(key, value) {
  return key === 'Enter' && value.trim() !== ''
}

const MORE = 4 // lines that "More lines" adds
const TEXT = 'input[type="text"], input:not([type])'
const REFERENCES = ['id', 'name', 'for', 'aria-describedby', 'aria-labelledby']

const begun = new WeakMap()

export class LineList {
  static moduleName = 'diary-lines'

  static of($root) {
    return begun.get($root)
  }

  constructor($root, { ask = (...asked) => fetch(...asked) } = {}) {
    this.$root = $root
    this.list = $root.dataset.lines
    begun.set($root, this)
    this.ask = ask
    $root.addEventListener('keydown', (event) => this.key(event))
    $root.addEventListener('change', (event) => this.changed(event))
    $root.addEventListener('click', (event) => this.more(event))
  }

  get lines() {
    return [...this.$root.querySelectorAll('[data-line]')]
  }

  /** "More lines" needs no answer from the service. */
  more(event) {
    if (event.target.closest('button')?.name !== 'do') return
    event.preventDefault()
    const $first = this.add(this.lines.at(-1))
    for (let i = 1; i < MORE; i++) this.add(this.lines.at(-1))
    $first.querySelector(TEXT).focus()
  }

  /** Makes lines until there are so many. */
  grow(count) {
    while (this.lines.length < count) this.add(this.lines.at(-1))
  }

  key(event) {
    if (event.key !== 'Enter' || event.target.tagName !== 'INPUT' || event.target.type !== 'text') return
    event.preventDefault() // Enter never saves half a meeting
    if (!goesOn(event.key, event.target.value)) return
    const lines = this.lines
    const $line = event.target.closest('[data-line]')
    const $after = lines[lines.indexOf($line) + 1] ?? this.add(lines.at(-1))
    $after.querySelector(TEXT).focus()
  }

  add($last) {
    const from = Number($last.dataset.line)
    const $line = $last.cloneNode(true)
    $line.dataset.line = String(from + 1)
    for (const $one of $line.querySelectorAll('*')) {
      for (const name of REFERENCES) if ($one.hasAttribute(name)) $one.setAttribute(name, renumbered($one.getAttribute(name), this.list, from, from + 1))
    }
    for (const $field of $line.querySelectorAll(TEXT)) $field.value = ''
    for (const $hidden of $line.querySelectorAll('input[type="hidden"]')) $hidden.remove()
    for (const [i, $radio] of [...$line.querySelectorAll('[data-line-more] input[type="radio"]')].entries()) $radio.checked = i === 0
    for (const $select of $line.querySelectorAll('select')) $select.selectedIndex = 0
    for (const $old of $line.querySelectorAll('[data-guess] > *, .govuk-error-message')) $old.remove()
    for (const $label of $line.querySelectorAll('[data-number]')) $label.textContent = String(from + 2)
    $line.classList.remove('govuk-form-group--error')
    $last.after($line)
    return $line
  }

  async changed(event) {
    const address = this.$root.dataset.guessAt
    const $guess = event.target.closest('[data-line]')?.querySelector('[data-guess]')
    if (!address || !$guess || event.target.type !== 'text') return
    if (event.target.value.trim() === '') return $guess.replaceChildren()
    const number = event.target.closest('[data-line]').dataset.line
    const typed = event.target.value
    try {
      const answer = await this.ask(`${address}?n=${number}`, { method: 'POST', body: new URLSearchParams(new FormData(event.target.form)) })
      if (answer.ok && event.target.value === typed) $guess.outerHTML = await answer.text()
    } catch {
      // without a signal the question is asked after Save
    }
  }
}
