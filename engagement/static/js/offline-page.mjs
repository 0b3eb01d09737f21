// What the pages that are drawn from the patch pack share: how old it is, what to do where there is none, and when to look again.
import { fill } from './fill.mjs'
import { recordOpening, stateOfPack } from './pack.mjs'
import { saidMoment } from './patch-views.mjs'

const LOOK_AGAIN = 30_000 // milliseconds: an old pack is hidden while its page stands open, too

/** <div data-module="..." data-kinds="{...}"> with [data-said], [data-page] and the templates of offline/_patch.html. */
export class OfflinePage {
  constructor($root, { state = stateOfPack, record = recordOpening, now = Date.now, where = globalThis.location } = {}) {
    Object.assign(this, { $root, state, record, now, where, kinds: JSON.parse($root.dataset.kinds), is: null, whose: null, first: null })
    this.$said = $root.querySelector('[data-said]')
    this.$page = $root.querySelector('[data-page]')
    this.ready = this.look()
    this.listen()
    for (const $link of document.querySelectorAll('nav a')) {
      const href = $link.getAttribute('href')
      if (href === where.pathname || (href !== '/' && where.pathname.startsWith(`${href}/`))) $link.setAttribute('aria-current', 'page')
    }
  }

  listen() {
    globalThis.addEventListener('online', () => this.say('back', {}))
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.look())
    setInterval(() => this.look(), LOOK_AGAIN)
  }

  /** Draws what the device has, unless that is drawn already. */
  async look() {
    const found = await this.state().catch(() => ({ is: 'none' }))
    const whose = found.pack?.account ?? null // somebody else may have signed in, in another tab, since this was drawn
    if (found.is === this.is && whose === this.whose) return
    Object.assign(this, { is: found.is, whose })
    if (this.first) this.name(this.first)
    this.say(found.is, { ...found, when: found.at ? saidMoment(found.at, this.now()) : '', elsewhere: this.elsewhere() })
    this.pack = found.pack ?? null
    if (this.pack) return this.draw()
    this.$page.replaceChildren()
    this.classify(false)
  }

  say(what, facts) {
    this.$said.replaceChildren(...fill(this.template(`${what}-banner`), { ...facts, again: this.where.pathname + this.where.search }))
  }

  template(name) {
    return this.$root.querySelector(`template[data-${name}]`)
  }

  /** Puts the name of what is drawn into heading and title; it goes from there when the pack does. */
  name(words) {
    const $heading = document.querySelector('h1')
    this.first ??= $heading.textContent
    document.title = document.title.replace($heading.textContent, () => words)
    $heading.textContent = words
  }

  put(facts, name = 'view') {
    this.$page.replaceChildren(...fill(this.template(name), facts))
    this.classify(facts.sensitive)
  }

  /** Marks the page as what is on it. */
  classify(sensitive) {
    const $mark = document.querySelector('.diary-classification')
    $mark.classList.toggle('diary-classification--sensitive', Boolean(sensitive))
    $mark.lastChild.data = sensitive ? 'OFFICIAL-SENSITIVE' : 'OFFICIAL'
  }

  /** Whether this page stands in for another that needs a signal. */
  elsewhere() {
    return false
  }
}
