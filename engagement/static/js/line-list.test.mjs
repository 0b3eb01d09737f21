// What a growing list promises: lines are numbered on, and Enter goes on only from a line with words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goesOn, LineList, renumbered } from './line-list.mjs'

test('names and references are renumbered, and only those of the line', () => {
  assert.equal(renumbered('concern-0-title', 'concern', 0, 1), 'concern-1-title')
  assert.equal(renumbered('concern-9-tap-council', 'concern', 9, 10), 'concern-10-tap-council')
  assert.equal(renumbered('concern-0-hint concern-0-error', 'concern', 0, 2), 'concern-2-hint concern-2-error')
  assert.equal(renumbered('concern-10-title', 'concern', 1, 2), 'concern-10-title')
  assert.equal(renumbered('promise-0-what', 'concern', 0, 1), 'promise-0-what')
})

test('only Enter in a line with words goes on', () => {
  assert.equal(goesOn('Enter', 'Speeding'), true)
  assert.equal(goesOn('Enter', '  '), false)
  assert.equal(goesOn('a', 'Speeding'), false)
})

function field(value) {
  return { tagName: 'INPUT', type: 'text', value, closest: () => null }
}

test('Enter in a line never sends the form', () => {
  const list = new LineList({ dataset: { lines: 'concern' }, addEventListener() {}, querySelectorAll: () => [] })
  let stopped = 0
  list.key({ key: 'Enter', target: field(''), preventDefault: () => stopped++ })
  list.key({ key: 'Tab', target: field('x'), preventDefault: () => stopped++ })
  assert.equal(stopped, 1)
})

test('Enter goes to the next line where there is one', () => {
  const focused = []
  const line = (name) => ({ name, querySelector: () => ({ focus: () => focused.push(name) }) })
  const [first, second] = [line('first'), line('second')]
  const list = new LineList({ dataset: { lines: 'concern' }, addEventListener() {}, querySelectorAll: () => [first, second] })
  list.key({ key: 'Enter', target: { ...field('Speeding'), closest: () => first }, preventDefault() {} })
  assert.deepEqual(focused, ['second'])
})
