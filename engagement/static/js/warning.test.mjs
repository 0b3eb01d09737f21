// What is shown of findings: what was shown before goes, what was warned of is remembered, and intelligence alone has the way out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { warn } from './warning.mjs'

/** As much of an element as is asked of one here. */
function element(parts = {}) {
  return {
    parts, attributes: {}, heard: {}, gone: false,
    querySelector: (selector) => parts[selector] ?? null,
    cloneNode() { return element({ a: element() }) },
    replaceChildren(...children) { this.children = children },
    replaceWith(...others) { this.others = others },
    setAttribute(name, value) { this.attributes[name] = value },
    addEventListener(type, hear) { this.heard[type] = hear },
    remove() { this.gone = true },
    before(one) { this.put = one },
    appendChild(one) { this.appended = one; return one },
  }
}

function page() {
  const panel = element({ '.diary-finding': element(), '[data-intelligence]': element(), '[data-take-out]': element(), '#override_reason': element() })
  const $template = { content: { cloneNode: () => ({ firstElementChild: panel }) } }
  const [old, save] = [element(), element()]
  return { panel, old, save, $form: element({ '.diary-wording': old, '.diary-save': save }), $device: element({ '[data-wording]': $template }) }
}

globalThis.document = { createElement: () => element() }
const found = { name: 'summary', pieces: ['Met ', 'Mrs Green', ' there'] }

test('nothing found: what was shown goes, and what was warned of is sent along', () => {
  const { $form, $device, old, save } = page()
  warn($form, $device, { fields: [], lines: [], warned: 'abc' }, () => {})
  assert.deepEqual([old.gone, save.put, $form.appended.name, $form.appended.value], [true, undefined, 'warned', 'abc'])
})

test('what was found is marked among its words and leads to its field; a reason that was given stands there again', () => {
  const { $form, $device, panel, save } = page()
  warn($form, $device, { fields: [['override_reason', 'The councillor']], lines: [found, found], warned: 'x' }, () => {})
  const [one] = panel.parts['.diary-finding'].others
  const { children, attributes } = one.parts?.a ?? one.querySelector('a')
  assert.deepEqual([children[0], children[1].textContent, children[2], attributes.href], ['Met ', 'Mrs Green', ' there', '#summary'])
  assert.deepEqual([panel.parts['.diary-finding'].others.length, panel.parts['#override_reason'].value, save.put], [2, 'The councillor', panel])
  assert.equal(panel.parts['[data-intelligence]'].gone, true)
})

test('intelligence has the way out, and its button takes the words off', () => {
  const { $form, $device, panel } = page()
  let taken = 0
  warn($form, $device, { fields: [], lines: [found], intelligence: true, warned: 'x' }, () => { taken += 1 })
  panel.parts['[data-take-out]'].heard.click()
  assert.deepEqual([panel.parts['[data-intelligence]'].gone, taken], [false, 1])
})
