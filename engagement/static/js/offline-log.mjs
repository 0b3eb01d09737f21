// Fills the log page that opens without a signal from the patch pack: groups to tap, places, colleagues, what is owed.
import { fridayAfter, londonOf } from './moments.mjs'
import { readPack } from './pack.mjs'
import { groupsLike, recentGroups } from './patch-views.mjs'
import { saidDay } from './said-ago.mjs'

const CHIPS = 8
const FOUND = 12

/** The groups of the pack that a typed name could be, as the service's search answers: [{id, name, neighbourhood}]. */
export function findIn(pack, typed) {
  const places = new Map(pack.neighbourhoods.map((one) => [one.id, one.name]))
  return groupsLike(pack.groups, typed, FOUND).map(({ id, name, neighbourhood_id }) => ({ id, name, neighbourhood: places.get(neighbourhood_id) ?? '' }))
}

/** What a search answers without a signal: from the pack, or null where there is none. */
export async function findWithout(typed, read = readPack) {
  const found = await read()
  return found && findIn(found.pack, typed)
}

/** What the pack says of a group that matters while logging, put into the service's own markup; nothing of one it does not hold. */
export function aboutFrom($template, group) {
  if (!$template || !group) return []
  const $part = $template.content.cloneNode(true)
  const $caution = $part.querySelector('.diary-caution')
  if (group.speak_first) $caution.textContent = $caution.textContent.replace('{name}', () => group.name)
  else $caution.remove()
  const [$outcome, $answer] = $part.querySelectorAll('.govuk-checkboxes__item')
  const owed = group.owed ?? []
  if (!owed.length) $part.querySelector('fieldset').remove()
  else {
    $outcome.parentNode.replaceChildren(...owed.map(({ raising_id, title, what }, i) => {
      const $item = (what === 'outcome' ? $outcome : $answer).cloneNode(true)
      const [$box, $label] = [$item.querySelector('input'), $item.querySelector('label')]
      Object.assign($box, { id: i ? `tell-${i + 1}` : 'tell', value: `${raising_id}:${what}` })
      $label.htmlFor = $box.id
      $label.textContent = $label.textContent.replace('{title}', () => title)
      return $item
    }))
  }
  return [...$part.children]
}

export async function aboutWithout(id, read = readPack) {
  const found = await read()
  return aboutFrom(document.querySelector('template[data-about]'), found?.pack.groups.find((group) => group.id === id))
}

/** The choices of the form that the pack knows, put in once; then what a link asked for. */
export class OfflineLog {
  static moduleName = 'diary-offline-log'

  constructor($root, { read = readPack, now = Date.now } = {}) {
    this.$form = $root.querySelector('form.diary-log')
    this.$root = $root
    const $friday = $root.querySelector('label[for="promise-0-by-friday"]')
    const friday = Date.parse(`${fridayAfter(londonOf(now()).on)}T12:00:00Z`)
    $friday.textContent = $root.dataset.by.replace('{day}', () => saidDay(friday))
    this.ready = read().then((found) => this.fill(found?.pack ?? null))
  }

  fill(pack) {
    const given = new URLSearchParams(location.search)
    if (pack) {
      const recent = recentGroups(pack.groups).slice(0, CHIPS)
      const offered = recent.length ? recent : pack.groups.filter((group) => group.mine).slice(0, CHIPS)
      for (const { id, name } of offered.toReversed()) this.#group(id, name)
      this.#places(pack.neighbourhoods)
      this.#colleagues(pack.officers.filter((one) => one.id !== pack.officer.id))
    }
    const id = given.get('group')
    if (/^[0-9]+$/.test(id ?? '')) this.#group(id, pack?.groups.find((group) => group.id === id)?.name ?? this.$root.dataset.unknown)
    for (const name of ['group', 'kind', 'outcome']) this.#choose(name, given.get(name))
    if (given.get('group_name')) this.$form.elements.group_name.value = given.get('group_name')
    if (given.get('planned')) this.$form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'planned', value: given.get('planned') }))
  }

  #group(id, name) {
    this.$form.dispatchEvent(new CustomEvent('diary-group', { detail: { id, title: name } }))
  }

  #choose(name, value) {
    const $radio = value && this.$form.querySelector(`input[name="${name}"][value="${CSS.escape(value)}"]`)
    if (!$radio) return
    $radio.checked = true
    $radio.closest('details')?.setAttribute('open', '')
    $radio.dispatchEvent(new Event('change', { bubbles: true }))
  }

  #places(neighbourhoods) {
    this.$form.elements.neighbourhood.append(...neighbourhoods.map(({ id, name }) => new Option(name, id)))
  }

  #colleagues(officers) {
    const $template = this.$root.querySelector('template[data-colleague]')
    this.$form.querySelector('[data-colleagues]').append(...officers.map(({ id, name }) => {
      const $item = $template.content.cloneNode(true).firstElementChild
      const [$box, $label] = [$item.querySelector('input'), $item.querySelector('label')]
      Object.assign($box, { id: `officer-${id}`, value: id })
      Object.assign($label, { htmlFor: $box.id, textContent: name })
      return $item
    }))
  }
}
