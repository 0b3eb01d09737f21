// What a page drawn from the pack does: says how old it is, draws once, and hides everything when the pack is gone.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { OfflinePage } from './offline-page.mjs'

const heard = {}
const $mark = { classList: { toggle: (_name, on) => { $mark.sensitive = on } }, lastChild: { data: 'OFFICIAL' } }

const link = (href) => ({ href, getAttribute: () => href, setAttribute(name, value) { this[name] = value } })
const $links = ['/', '/groups', '/engagements/new'].map(link)

beforeEach(() => {
  globalThis.addEventListener = (name, hear) => { heard[name] = hear }
  globalThis.document = { addEventListener: (name, hear) => { heard[name] = hear }, querySelector: () => $mark, querySelectorAll: () => $links, visibilityState: 'visible' }
  globalThis.setInterval = (hear) => { heard.timer = hear }
})

/** A page's root, whose templates are text alone. */
function root() {
  const slot = () => ({ shown: [], replaceChildren(...items) { this.shown = items } })
  const $slots = { '[data-said]': slot(), '[data-page]': slot() }
  const template = (name) => ({ content: { cloneNode: () => ({ children: [{ name, dataset: {}, children: [] }] }) } })
  return { dataset: { kinds: '{}' }, $slots, querySelector: (asked) => $slots[asked] ?? template(asked.match(/data-([a-z]+)/)[1]) }
}

class Drawn extends OfflinePage {
  draw() {
    this.times = (this.times ?? 0) + 1
    this.put({ sensitive: this.pack.sensitive })
  }
}

const where = { pathname: '/groups/7', search: '' }
const names = ($slot) => $slot.shown.map(({ name }) => name)

test('it draws what is there, once, and hides it when it has expired or the account has gone', async () => {
  const $root = root()
  let found = { is: 'here', at: 0, pack: { sensitive: true } }
  const page = new Drawn($root, { state: async () => found, now: () => 0, where })
  await page.ready
  assert.deepEqual([names($root.$slots['[data-said]']), names($root.$slots['[data-page]'])], [['here'], ['view']])
  assert.deepEqual([$mark.sensitive, $mark.lastChild.data], [true, 'OFFICIAL-SENSITIVE'])
  assert.deepEqual($links.filter((one) => one['aria-current']).map(({ href }) => href), ['/groups'])
  await heard.timer()
  await page.look()
  assert.equal(page.times, 1)
  for (const is of ['expired', 'none']) {
    found = { is, at: 0 }
    await page.look()
    assert.deepEqual([names($root.$slots['[data-said]']), names($root.$slots['[data-page]'])], [[is], []])
    assert.equal($mark.lastChild.data, 'OFFICIAL')
  }
})

test('what was drawn for one officer goes when another signs in, and its name goes from heading and title with it', async () => {
  const $root = root()
  const $heading = { ...$mark, textContent: 'Group' }
  Object.assign(globalThis.document, { title: 'Group - Diary', querySelector: () => $heading })
  let found = { is: 'here', at: 0, pack: { account: '1', name: 'Stroke Club' } }
  class Named extends OfflinePage {
    draw() {
      if (this.pack.name) this.name(this.pack.name)
      this.put({}, this.pack.name ? 'view' : 'missing')
    }
  }
  const page = new Named($root, { state: async () => found, now: () => 0, where })
  await page.ready
  assert.deepEqual([$heading.textContent, document.title, names($root.$slots['[data-page]'])], ['Stroke Club', 'Stroke Club - Diary', ['view']])
  found = { is: 'here', at: 0, pack: { account: '2' } }
  await page.look()
  assert.deepEqual([$heading.textContent, document.title, names($root.$slots['[data-page]'])], ['Group', 'Group - Diary', ['missing']])
  found = { is: 'here', at: 0, pack: { account: '2', name: 'Scouts' } }
  page.is = null
  await page.look()
  assert.equal($heading.textContent, 'Scouts')
  found = { is: 'expired', at: 0 }
  await page.look()
  assert.deepEqual([$heading.textContent, document.title, names($root.$slots['[data-page]'])], ['Group', 'Group - Diary', []])
})

test('a device that cannot keep anything says that nothing is there', async () => {
  const $root = root()
  const page = new Drawn($root, { state: () => Promise.reject(new Error('private window')), now: () => 0, where })
  await page.ready
  assert.deepEqual(names($root.$slots['[data-said]']), ['none'])
})

test('when the signal comes back it offers the page as it is now', async () => {
  const $root = root()
  const page = new Drawn($root, { state: async () => ({ is: 'none' }), now: () => 0, where })
  await page.ready
  heard.online()
  assert.deepEqual(names($root.$slots['[data-said]']), ['back'])
})
