// Finds groups while their name is typed, and puts the one that is picked among the chips.

const WAIT = 200
const SHORTEST = 2
const PATIENCE = 4000 // milliseconds until what this device carries is good enough

/**
 * What the list under the field offers: the groups found, and the name itself as a new group unless one is called so.
 *
 * @param {Array<{id: string, name: string, neighbourhood: string}>} groups
 * @param {string} typed
 * @param {{newGroup: string}} words
 * @returns {Array<{value: string, name: string, label: string}>}
 */
export function options(groups, typed, words) {
  const found = groups.map((group) => ({ value: group.id, name: group.name, label: `${group.name}, ${group.neighbourhood}` }))
  const known = groups.some((group) => group.name.toLowerCase() === typed.trim().toLowerCase())
  if (!known && /[\p{L}\p{N}]/u.test(typed)) found.push({ value: 'new', name: typed.trim(), label: words.newGroup.replace('{name}', () => typed.trim()) })
  return found
}

/** The place of the option that the arrow keys come to next; -1 is the field itself. */
export function next(place, step, count) {
  return ((place + 1 + step + count + 1) % (count + 1)) - 1
}

/** Calls `ask` once typing has rested, and `show` with its answer unless something else was asked meanwhile. */
export class Asker {
  constructor(ask, show, wait = WAIT) {
    Object.assign(this, { ask, show, wait, turn: 0 })
  }

  type(text) {
    const turn = ++this.turn
    clearTimeout(this.timer)
    if (text.trim().length < SHORTEST) return this.show(null)
    this.timer = setTimeout(async () => {
      const answer = await this.ask(text).catch(() => null) // without a signal the name is asked after Save
      if (turn === this.turn) this.show(answer)
    }, this.wait)
  }
}

/** The groups of a name: the service's, and without a signal those that this device carries. */
export async function findGroups(typed) {
  try {
    const answer = await fetch(`/groups/find?q=${encodeURIComponent(typed)}`, { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(PATIENCE) })
    return answer.ok ? (await answer.json()).groups : null
  } catch {
    return (await import('./offline-log.mjs')).findWithout(typed)
  }
}

export class GroupSearch {
  static moduleName = 'diary-group-search'

  constructor($root) {
    this.$root = $root
    this.$input = $root.querySelector('input[name="group_name"]')
    this.$chips = $root.querySelector('[data-chips]')
    this.$list = Object.assign(document.createElement('ul'), { id: 'group-found', className: 'diary-suggest', hidden: true })
    this.$list.setAttribute('role', 'listbox')
    this.$list.setAttribute('aria-label', $root.dataset.found)
    this.$input.after(this.$list)
    for (const [name, value] of [['role', 'combobox'], ['aria-autocomplete', 'list'], ['aria-controls', 'group-found'], ['aria-expanded', 'false']]) this.$input.setAttribute(name, value)
    this.asker = new Asker(findGroups, (groups) => this.show(groups))
    this.$input.addEventListener('input', () => this.asker.type(this.$input.value))
    this.$input.addEventListener('keydown', (event) => this.key(event))
    this.$input.addEventListener('blur', () => setTimeout(() => this.close(), 150))
    $root.closest('form')?.addEventListener('diary-group', (event) => this.known(event.detail))
    this.$chips.addEventListener('change', (event) => {
      if (event.target.value !== 'new') this.$input.value = ''
    })
  }

  /** Puts a group among the chips that this page did not offer, so that what was chosen elsewhere can be chosen here. */
  known({ id, title }) {
    if (!/^[0-9]+$|^new$/.test(id ?? '') || this.$root.querySelector(`input[name="group"][value="${id}"]`)) return
    this.add({ value: id, name: title, label: title })
  }

  show(groups) {
    this.options = groups === null ? [] : options(groups, this.$input.value, { newGroup: this.$root.dataset.newGroup })
    this.place = -1
    this.$list.replaceChildren(
      ...this.options.map((option, i) => {
        const $item = Object.assign(document.createElement('li'), { id: `group-found-${i}`, className: 'diary-suggest__option', textContent: option.label })
        $item.setAttribute('role', 'option')
        $item.setAttribute('aria-selected', 'false')
        $item.addEventListener('mousedown', (event) => {
          event.preventDefault()
          this.pick(option)
        })
        return $item
      }),
    )
    this.$list.hidden = this.options.length === 0
    this.$input.setAttribute('aria-expanded', String(!this.$list.hidden))
    this.$input.removeAttribute('aria-activedescendant')
  }

  key(event) {
    if (event.key === 'Enter') {
      event.preventDefault() // never sends a form half filled in
      const option = this.options?.[this.place] ?? (this.options?.length === 1 ? this.options[0] : undefined)
      if (option !== undefined && !this.$list.hidden) this.pick(option)
    } else if (event.key === 'Escape') {
      this.close()
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !this.$list.hidden) {
      event.preventDefault()
      this.place = next(this.place, event.key === 'ArrowDown' ? 1 : -1, this.options.length)
      for (const [i, $item] of [...this.$list.children].entries()) $item.setAttribute('aria-selected', String(i === this.place))
      if (this.place < 0) this.$input.removeAttribute('aria-activedescendant')
      else this.$input.setAttribute('aria-activedescendant', `group-found-${this.place}`)
    }
  }

  close() {
    this.$list.hidden = true
    this.$input.setAttribute('aria-expanded', 'false')
  }

  /** A chip for an option, not chosen yet. */
  add(option) {
    const $chip = this.$chips.querySelector('.diary-chips__item').cloneNode(true)
    const [$radio, $label] = [$chip.querySelector('input'), $chip.querySelector('label')]
    Object.assign($radio, { id: `group-${option.value}`, value: option.value, checked: false })
    $label.htmlFor = $radio.id
    $label.textContent = option.value === 'new' ? option.label : option.name
    this.$chips.prepend($chip)
    return $radio
  }

  pick(option) {
    const $radio = this.$root.querySelector(`input[name="group"][value="${CSS.escape(option.value)}"]`) ?? this.add(option)
    $radio.nextElementSibling.textContent = option.value === 'new' ? option.label : option.name
    $radio.checked = true
    this.$input.value = option.value === 'new' ? option.name : ''
    this.close()
    $radio.dispatchEvent(new Event('change', { bubbles: true }))
    $radio.focus()
  }
}
