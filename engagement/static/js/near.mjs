// Puts the nearest group first, on this phone alone: where the officer is never leaves it.
import { fill } from './fill.mjs'
import { locate, unasked, want, wanted } from './here.mjs'

const MILE = 1609.344
const EARTH = 6371000
const WHILE_HERE = 3
const MOST = 20 // cards of a list by distance; as many as the page has, where those are more
const DUE = new Set(['long', 'overdue', 'soon'])

/** The distance in metres between two places, each {latitude, longitude} in degrees. */
export function distance(one, other) {
  const rad = (degrees) => (degrees * Math.PI) / 180
  const half = (a, b) => Math.sin(rad(b - a) / 2) ** 2
  const h = half(one.latitude, other.latitude) + Math.cos(rad(one.latitude)) * Math.cos(rad(other.latitude)) * half(one.longitude, other.longitude)
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** "0.4", "3", for a distance in metres: miles, with a tenth below ten. */
export function miles(metres) {
  const far = metres / MILE
  return far < 9.95 ? far.toFixed(1) : String(Math.round(far))
}

/** How far a group of the pack is, in metres; Infinity where nobody knows where it meets. */
export function farTo(group, here) {
  return group.at ? distance(here, { latitude: group.at[0], longitude: group.at[1] }) : Infinity
}

/** Things with a distance, the nearest first; those without a place keep their order at the end. */
export function byDistance(things, far) {
  return things.map((thing) => ({ thing, far: far(thing) })).sort((a, b) => (a.far === b.far ? 0 : a.far - b.far))
}

/** The cards of a page, nearest first. */
export function nearest(cards, here) {
  const far = ({ dataset }) => (dataset.latitude === undefined ? Infinity : distance(here, { latitude: Number(dataset.latitude), longitude: Number(dataset.longitude) }))
  return byDistance(cards, far).map(({ thing, far }) => ({ card: thing, far }))
}

/** The groups of the pack that are due and no card of the page is of: `patch` for the whole patch, else the officer's own. */
export function alsoDue(groups, { patch, listed }) {
  return groups.filter((group) => DUE.has(group.standing) && (patch || group.mine) && !group.sensitive && !listed.has(String(group.id)))
}

/** "While you are here": the nearest few of the others that are due, soon or already, with how far each is. */
export function whileHere(groups, here, listed, most = WHILE_HERE) {
  const others = groups.filter((group) => DUE.has(group.standing) && group.at && !group.sensitive && !listed.has(String(group.id)))
  return byDistance(others, (group) => farTo(group, here)).slice(0, most).map(({ thing, far }) => ({ ...thing, miles: miles(far) }))
}

/**
 * <div data-module="diary-near" data-near="Near me" data-miles="{miles} mi" data-denied="...">: a ul.diary-counts, which gets the
 * button, and [data-cards], whose cards have data-latitude and data-longitude where they are known. From the pack of this device a
 * <template data-card> in it draws all that are due and not among the cards, which are the worst (data-patch: of the whole patch), and
 * a <template data-while-here> what else is due nearby.
 */
export class Near {
  static moduleName = 'diary-near'

  constructor($root, { ask = locate, readPack = null } = {}) {
    this.$root = $root
    this.$cards = $root.querySelector('[data-cards]')
    if (!('geolocation' in navigator) || !this.$cards || this.$cards.querySelector('[data-latitude]') === null) return
    Object.assign(this, { ask, readPack: readPack ?? (async () => (await import('./pack.mjs')).readPack()), before: [...this.$cards.children] })
    this.$button = Object.assign(document.createElement('button'), { type: 'button', className: 'diary-counts__link', textContent: $root.dataset.near })
    this.$button.setAttribute('aria-pressed', 'false')
    const $item = document.createElement('li')
    $item.append(this.$button)
    $root.querySelector('.diary-counts').prepend($item)
    this.$said = document.createElement('div')
    this.$said.setAttribute('role', 'status')
    $root.querySelector('.diary-counts').after(this.$said)
    this.$button.addEventListener('click', () => (this.$button.getAttribute('aria-pressed') === 'true' ? this.off() : this.on()))
    if (wanted()) unasked().then((yes) => yes && this.on())
  }

  async on() {
    let here
    try {
      here = await this.ask()
    } catch {
      want(false)
      return this.tell('diary-notice', this.$root.dataset.denied)
    }
    want(true)
    this.$button.setAttribute('aria-pressed', 'true')
    const pack = this.$root.querySelector('template[data-card], template[data-while-here]') && (await this.readPack().catch(() => null))?.pack
    const listed = new Set(this.before.map(($card) => $card.dataset.group))
    const all = nearest([...this.before, ...(pack ? await this.drawn(pack, listed) : [])], here)
    if (this.$button.getAttribute('aria-pressed') === 'false') return // it was put off meanwhile
    const shown = all.slice(0, Math.max(MOST, this.before.length))
    this.clear()
    this.$cards.replaceChildren(...shown.map(({ card }) => card))
    for (const { card, far } of shown) if (far < Infinity) this.say(card, miles(far))
    if (shown.length < all.length) this.tell('diary-meta', this.$root.dataset.nearest.replace('{n}', shown.length).replace('{all}', all.length))
    if (pack) this.others(pack, here, listed)
  }

  /** Cards for those of the pack that are due, too; each is one of the list from now on. */
  async drawn(pack, listed) {
    const $template = this.$root.querySelector('template[data-card]')
    const due = $template ? alsoDue(pack.groups, { patch: Boolean(this.$root.dataset.patch), listed }) : []
    if (!due.length) return []
    const { cardOf } = await import('./patch-views.mjs')
    for (const { id } of due) listed.add(String(id))
    return due.flatMap((group) => fill($template, cardOf(group, pack)))
  }

  tell(look, words) {
    this.$said.replaceChildren(Object.assign(document.createElement('p'), { className: look, textContent: words }))
  }

  off() {
    want(false)
    this.$button.setAttribute('aria-pressed', 'false')
    this.clear()
    this.$cards.replaceChildren(...this.before)
  }

  /** Puts the cards into another order, which nearest first gives way to. */
  order(cards) {
    this.before = cards
    if (this.$button?.getAttribute('aria-pressed') === 'true') this.off()
    else this.$cards.append(...cards)
  }

  clear() {
    this.$said.replaceChildren()
    for (const $old of this.$root.querySelectorAll('[data-far], [data-others]')) $old.remove()
  }

  say(card, far) {
    const $far = Object.assign(document.createElement('span'), { className: 'diary-label', textContent: this.$root.dataset.miles.replace('{miles}', far) })
    $far.dataset.far = ''
    card.querySelector('[data-where], .diary-card__title').append(' ', $far)
  }

  others(pack, here, listed) {
    const $template = this.$root.querySelector('template[data-while-here]')
    const groups = $template ? whileHere(pack.groups, here, listed) : []
    if (!groups.length) return
    const $others = fill($template, { groups })
    for (const $one of $others) $one.dataset.others = ''
    this.$cards.after(...$others)
  }
}
