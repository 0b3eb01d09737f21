// What was shown as to be mended goes when it is mended, and what described a field before describes it again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clear } from './refusals.mjs'

function element(described) {
  const attributes = { 'aria-describedby': 'summary-hint summary-error' }
  return {
    attributes, dataset: { described }, removed: false, classList: { gone: [], remove(name) { this.gone.push(name) } },
    remove() { this.removed = true },
    setAttribute: (name, value) => { attributes[name] = value },
    removeAttribute: (name) => { delete attributes[name] },
  }
}

test('sentences, marks and descriptions go', () => {
  const [message, group, hinted, bare, summary] = [element(), element(), element('summary-hint'), element(''), element()]
  const found = { '.govuk-error-message': [message], '.govuk-form-group--error': [group], '[data-described]': [hinted, bare] }
  globalThis.document = { querySelector: () => summary }
  clear({ querySelectorAll: (selector) => found[selector] })
  assert.ok(message.removed && summary.removed)
  assert.deepEqual(group.classList.gone, ['govuk-form-group--error'])
  assert.equal(hinted.attributes['aria-describedby'], 'summary-hint')
  assert.equal(bare.attributes['aria-describedby'], undefined)
  assert.ok(!('described' in hinted.dataset))
})
