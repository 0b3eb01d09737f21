// What a filled template holds: words only, in the places named, and no address that runs anything.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filled, said } from './fill.mjs'

/** As much of an element as filling one needs. */
function element(dataset = {}, ...children) {
  const $element = {
    dataset: { ...dataset },
    children: [],
    attributes: {},
    setAttribute: (name, value) => { $element.attributes[name] = value },
    replaceWith: (...others) => $element.parent.children.splice($element.parent.children.indexOf($element), 1, ...others),
    cloneNode: () => element($element.dataset, ...$element.children.map(($child) => $child.cloneNode(true))),
  }
  for (const $child of children) $child.parent = $element
  $element.children = children
  return $element
}

test('a fact goes in as words, through any depth, and what is not there leaves nothing', () => {
  const [$one] = filled(element({ text: 'group.name' }), { group: { name: '<b>Club</b>' } })
  assert.equal($one.textContent, '<b>Club</b>')
  assert.equal(filled(element({ text: 'group.who.role' }), { group: {} })[0].textContent, '')
  assert.equal(said('{name}, {far} mi', { name: 'Club' }), 'Club,  mi')
  assert.equal(said('{constructor}', {}), '')
})

test('an element stays or goes by a fact; an empty list is none', () => {
  assert.equal(filled(element({ if: 'a' }), { a: [] }).length, 0)
  assert.equal(filled(element({ if: 'a' }), { a: 'x' }).length, 1)
  assert.equal(filled(element({ unless: 'a' }), { a: 'x' }).length, 0)
  assert.equal(filled(element({ unless: 'a' }), {}).length, 1)
})

test('a list repeats its element, whose own facts come first', () => {
  const $list = element({}, element({ each: 'groups', if: 'name' }, element({ text: '{name} by {who}' })))
  filled($list, { who: 'Sam', groups: [{ name: 'A' }, { name: '' }, { name: 'B', who: 'Jo' }] })
  assert.deepEqual($list.children.map(($item) => $item.children[0].textContent), ['A by Sam', 'B by Jo'])
})

test('attributes are set from sentences, and no address may run anything', () => {
  const address = (href) => filled(element({ setHref: '{href}', setDataRang: '{id}' }), { href, id: '7' })[0].attributes
  for (const good of ['/groups/7', 'tel:07700900321', 'mailto:clerk@parish.example', 'geo:50.8,-1.9', '#list']) {
    assert.deepEqual(address(good), { href: good, 'data-rang': '7' })
  }
  for (const bad of ['javascript:alert(1)', ' javascript:alert(1)', '//elsewhere.example', 'data:text/html,x', 'http://plain.example', '']) {
    assert.deepEqual(address(bad), { 'data-rang': '7' })
  }
  assert.deepEqual(filled(element({ setDataLatitude: '{at}' }), {})[0].attributes, {}) // nothing to set sets nothing
})

test('a filled element says nothing of how it was filled', () => {
  const [$one] = filled(element({ text: 'a', if: 'a', setHref: '/x', rang: '3' }), { a: 'words' })
  assert.deepEqual($one.dataset, { rang: '3' })
})
