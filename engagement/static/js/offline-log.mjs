// Fills the log page that opens without a signal from the patch pack: groups to tap, places, colleagues, what is owed.
import { fridayAfter, londonOf } from './moments.mjs'
import { readPack } from './pack.mjs'
import { groupsLike, recentGroups } from './patch-views.mjs'
import { saidDay } from './said-ago.mjs'

const CHIPS = 8
const FOUND = 12
const TICKS = { tell: /^[0-9]+:(?:answer|outcome)$/, kept: /^[0-9]+$/ }

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
  const [$outcome, $answer] = $part.querySelectorAll('[data-owed] .govuk-checkboxes__item')
  const owed = (group.owed ?? []).map(({ raising_id, title, what }) => ({ value: `${raising_id}:${what}`, words: title, $item: what === 'outcome' ? $outcome : $answer }))
  offer($part.querySelector('[data-owed]'), 'tell', owed)
  const $promise = $part.querySelector('[data-promised] .govuk-checkboxes__item')
  offer($part.querySelector('[data-promised]'), 'kept', (group.promises ?? []).map(({ id, what }) => ({ value: id, words: what, $item: $promise })))
  return [...$part.children]
}

/** The ticks of one kind, each made like its `$item`; without any, the whole part goes. */
function offer($fieldset, name, ticks) {
  if (!ticks.length) return $fieldset.remove()
  ticks[0].$item.parentNode.replaceChildren(...ticks.map(({ value, words, $item }, i) => {
    const $one = $item.cloneNode(true)
    const [$box, $label] = [$one.querySelector('input'), $one.querySelector('label')]
    Object.assign($box, { id: i ? `${name}-${i + 1}` : name, value })
    $label.htmlFor = $box.id
    $label.textContent = $label.textContent.replace(/\{(?:title|what)\}/, () => words)
    return $one
  }))
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
    this.#ticked(given, id)
    if (/^[0-9]+$/.test(id ?? '')) this.#group(id, pack?.groups.find((group) => group.id === id)?.name ?? this.$root.dataset.unknown)
    for (const name of ['group', 'kind', 'outcome']) this.#choose(name, given.get(name))
    if (given.get('group_name')) this.$form.elements.group_name.value = given.get('group_name')
    if (given.get('planned')) this.$form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'planned', value: given.get('planned') }))
  }

  #group(id, name) {
    this.$form.dispatchEvent(new CustomEvent('diary-group', { detail: { id, title: name } }))
  }

  /** What a link says was told or kept there: ticked where it is offered, else said unseen, as long as the group is that one. */
  #ticked(given, group) {
    for (const [name, shape] of Object.entries(TICKS)) {
      for (const value of given.getAll(name).filter((one) => shape.test(one))) {
        const $hidden = Object.assign(document.createElement('input'), { type: 'hidden', name, value })
        $hidden.dataset.of = group
        this.$form.append($hidden)
      }
    }
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
