// What begin() promises, on a page of a few plain objects.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begin } from './begin.mjs'

function pageWith(roots) {
  const classes = new Set()
  return {
    classes,
    heard: {},
    addEventListener(type, hear) { this.heard[type] = hear },
    body: { classList: { add: (...names) => names.forEach((name) => classes.add(name)) } },
    querySelectorAll: (selector) => roots.filter((root) => selector === `[data-module~="${root.module}"]`),
  }
}

function component(moduleName, seen, fails = () => false) {
  return class {
    static moduleName = moduleName
    constructor($root) {
      if (fails($root)) throw new Error(`no ${moduleName}`)
      seen.push($root)
    }
  }
}

test('every element that names a component gets it, and the page is marked', () => {
  const seen = []
  const [button, other, radios] = [{ module: 'govuk-button' }, { module: 'another' }, { module: 'govuk-radios' }]
  const page = pageWith([button, other, radios])
  assert.equal(begin(page, [component('govuk-button', seen), component('govuk-radios', seen)]), 2)
  assert.deepEqual(seen, [button, radios])
  assert.deepEqual([...page.classes], ['js-enabled', 'govuk-frontend-supported'])
})

test('one that cannot begin is reported and stops nobody else', () => {
  const seen = []
  const reported = []
  const [bad, good] = [{ module: 'm', bad: true }, { module: 'm' }]
  assert.equal(begin(pageWith([bad, good]), [component('m', seen, (root) => root.bad)], (e) => reported.push(e.message)), 1)
  assert.deepEqual(seen, [good])
  assert.deepEqual(reported, ['no m'])
})

test('what is put in the place of the page has its behaviours, too', () => {
  const seen = []
  const [first, later] = [{ module: 'm' }, { module: 'm' }]
  const page = pageWith([first])
  begin(page, [component('m', seen)])
  page.heard['diary-page']({ detail: pageWith([later]) })
  assert.deepEqual(seen, [first, later])
})
