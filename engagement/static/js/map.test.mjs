// What the map promises: every group with a place is on it once, in the mark of the worst of those that lie together.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { called, clusters, spotsOf } from './map.mjs'

const LOOKS = ['not-due', 'overdue', 'never', 'long-overdue', 'due-soon', 'paused', 'on-request']
const project = ([x, y]) => ({ x, y })

test('a row without a place is in the list alone', () => {
  const row = (dataset) => ({ dataset })
  const spots = spotsOf([row({ name: 'A', look: 'overdue', letter: 'O', latitude: '50.8', longitude: '-1.9' }), row({ name: 'B' })])
  assert.deepEqual(spots.map(({ name, look, letter, at }) => ({ name, look, letter, at })), [{ name: 'A', look: 'overdue', letter: 'O', at: [50.8, -1.9] }])
})

test('each group is on the map once, marks do not lie on each other, and the worst gives the mark', () => {
  for (let round = 0; round < 40; round += 1) {
    const spots = Array.from({ length: round * 3 }, (_, n) => ({ n, look: LOOKS[n % LOOKS.length], at: [Math.random() * 300, Math.random() * 300] }))
    const found = clusters(spots, project)
    assert.deepEqual(found.flat().map(({ n }) => n).sort((a, b) => a - b), spots.map(({ n }) => n))
    for (const [i, one] of found.entries()) {
      for (const other of found.slice(0, i)) assert.ok(one[0].at.some((x, axis) => Math.abs(x - other[0].at[axis]) >= 34))
      for (const spot of one) assert.ok(LOOKS.includes(spot.look))
      if (one.some(({ look }) => look === 'long-overdue')) assert.equal(one[0].look, 'long-overdue')
    }
  }
})

test('a mark is called by its group, or by how many are there and which', () => {
  const many = '{n} groups here'
  assert.equal(called([{ name: 'A' }], many), 'A')
  assert.equal(called([{ name: 'A' }, { name: 'B' }], many), '2 groups here: A, B')
})
