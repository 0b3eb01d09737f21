// Finds groups while their name is typed, and puts the one that is picked among the chips.

const WAIT = 200
const SHORTEST = 2

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

export async function findGroups(typed) {
  const answer = await fetch(`/groups/find?q=${encodeURIComponent(typed)}`, { headers: { Accept: 'application/json' } })
  return answer.ok ? (await answer.json()).groups : null
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
    this.$chips.addEventListener('change', (event) => {
      if (event.target.value !== 'new') this.$input.value = ''
    })
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

  pick(option) {
    let $radio = this.$root.querySelector(`input[name="group"][value="${CSS.escape(option.value)}"]`)
    if ($radio === null) {
      const $chip = this.$chips.querySelector('.diary-chips__item').cloneNode(true)
      $radio = $chip.querySelector('input')
      const $label = $chip.querySelector('label')
      $radio.id = $label.htmlFor = `group-${option.value}`
      $radio.value = option.value
      this.$chips.prepend($chip)
    }
    $radio.nextElementSibling.textContent = option.value === 'new' ? option.label : option.name
    $radio.checked = true
    this.$input.value = option.value === 'new' ? option.name : ''
    this.close()
    $radio.dispatchEvent(new Event('change', { bubbles: true }))
    $radio.focus()
  }
}
