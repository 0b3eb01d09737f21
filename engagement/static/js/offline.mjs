// The script of the shift, the list of groups and a group's page where there is no signal: draws them from the patch pack.
import { begin } from './begin.mjs'
import { Near } from './near.mjs'
import { OfflinePage } from './offline-page.mjs'
import { cardOf, groupView, groupsLike, recentGroups, shiftView, worstFirst } from './patch-views.mjs'
import { Rang } from './rang.mjs'

const SORTS = {
  worst: worstFirst,
  recent: (groups) => [...new Set([...recentGroups(groups), ...worstFirst(groups)])],
  name: (groups) => groupsLike(groups, ''),
}

/** Marks the one of some buttons that holds. */
function press($buttons, chosen) {
  for (const $button of $buttons) $button.setAttribute('aria-pressed', String(chosen($button)))
}

export class OfflineShift extends OfflinePage {
  static moduleName = 'diary-offline-shift'

  draw(whole = false) {
    const facts = shiftView(this.pack, { whole, kinds: this.kinds })
    this.put(facts)
    const $root = this.$page.querySelector('[data-near-root]')
    if (!$root) return
    const $buttons = $root.querySelectorAll('[data-whole]')
    press($buttons, ($button) => ($button.dataset.whole === '1') === facts.whole)
    for (const $button of $buttons) $button.addEventListener('click', () => this.draw($button.dataset.whole === '1'))
    if (facts.whole) $root.dataset.patch = '1'
    new Near($root, { readPack: async () => ({ pack: this.pack }) })
  }

  elsewhere() {
    return !['/', '/offline/shift'].includes(this.where.pathname)
  }
}

export class OfflinePatch extends OfflinePage {
  static moduleName = 'diary-offline-patch'

  draw() {
    const groups = worstFirst(this.pack.groups)
    this.put({ groups: groups.map((group) => cardOf(group, this.pack, this.kinds)), sensitive: groups.some((group) => group.sensitive) })
    const $root = this.$page.querySelector('[data-near-root]')
    this.$rows = new Map([...$root.querySelectorAll('[data-cards] > li')].map(($row) => [$row.dataset.group, $row]))
    this.near = new Near($root, { readPack: async () => null })
    this.$sorts = [...$root.querySelectorAll('[data-sort]')]
    press(this.$sorts, ($button) => $button.dataset.sort === 'worst')
    for (const $button of this.$sorts) $button.addEventListener('click', () => this.sort($button.dataset.sort))
    this.$typed = $root.querySelector('#typed')
    this.$typed.value = new URLSearchParams(this.where.search).get('name') ?? ''
    this.$typed.addEventListener('input', () => this.narrow())
    this.narrow()
  }

  sort(how) {
    press(this.$sorts, ($button) => $button.dataset.sort === how)
    this.near.order(SORTS[how](this.pack.groups).map((group) => this.$rows.get(group.id)))
  }

  /** Shows the groups alone whose name is like what is typed. */
  narrow() {
    const found = new Set(groupsLike(this.pack.groups, this.$typed.value).map((group) => group.id))
    for (const [id, $row] of this.$rows) $row.hidden = !found.has(id)
    const $said = this.$page.querySelector('[data-found]')
    $said.textContent = found.size ? (found.size === 1 ? $said.dataset.one : $said.dataset.many).replace('{n}', found.size) : $said.dataset.none
  }
}

/** The id of the group that an address asks for, or null. */
export function groupOf({ pathname, search }) {
  return pathname.match(/^\/groups\/([0-9]+)$/)?.[1] ?? new URLSearchParams(search).get('group')
}

export class OfflineGroup extends OfflinePage {
  static moduleName = 'diary-offline-group'

  /** That it is opened is kept before anything of it is shown. */
  async draw() {
    const { pack } = this
    const id = groupOf(this.where)
    const facts = groupView(this.pack, id, this.kinds)
    if (facts === null) return this.put({}, 'missing')
    const recorded = await this.record('group', id).catch(() => false)
    if (this.pack !== pack) return // it was hidden meanwhile
    if (!recorded) return this.put({}, 'full')
    this.put(facts)
    this.name(facts.name)
  }
}

export const behaviours = [Rang, OfflineShift, OfflinePatch, OfflineGroup]

if (typeof document !== 'undefined') begin(document, behaviours)
