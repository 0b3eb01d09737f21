// What Chosen promises: the bar says how many rows are ticked, and its first words when none is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Chosen } from './chosen.mjs'

function form(...ticked) {
  const boxes = ticked.map((checked) => ({ checked }))
  const bar = { textContent: 'With those chosen:', attributes: { 'data-chosen': 'chosen' } }
  bar.getAttribute = (name) => bar.attributes[name]
  bar.setAttribute = (name, value) => { bar.attributes[name] = value }
  const heard = []
  return {
    boxes,
    bar,
    change: () => heard.forEach((hear) => hear()),
    addEventListener: (name, hear) => heard.push(hear),
    querySelectorAll: () => boxes,
    querySelector: () => bar,
  }
}

test('it counts at once, and again at every change', () => {
  const root = form(true, false, true)
  new Chosen(root)
  assert.equal(root.bar.textContent, '2 chosen:')
  assert.equal(root.bar.attributes.role, 'status')
  root.boxes.forEach((box) => { box.checked = false })
  root.change()
  assert.equal(root.bar.textContent, 'With those chosen:')
})

test('a form without a bar is left alone', () => {
  const root = form(false)
  root.querySelector = () => null
  assert.throws(() => new Chosen(root), /no bar/)
})
