// What "near me" promises: true distances, nobody dropped for want of a place, and three others that are due.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alsoDue, byDistance, distance, farTo, miles, nearest, whileHere } from './near.mjs'

const ferndown = { latitude: 50.8, longitude: -1.9 }

test('distances are true to a metre in a thousand', () => {
  assert.equal(distance(ferndown, ferndown), 0)
  const degree = distance(ferndown, { latitude: 51.8, longitude: -1.9 })
  assert.ok(Math.abs(degree - 111195) < 111, String(degree))
})

test('miles are said as people say them', () => {
  assert.deepEqual([miles(640), miles(16050), miles(16093.44), miles(40000)], ['0.4', '10', '10', '25'])
})

test('the nearest comes first, those without a place last and in their order', () => {
  const card = (name, latitude) => ({ name, dataset: latitude === undefined ? {} : { latitude: String(latitude), longitude: '-1.9' } })
  const cards = [card('nowhere'), card('far', 52), card('nobody knows'), card('near', 50.81)]
  assert.deepEqual(nearest(cards, ferndown).map(({ card }) => card.name), ['near', 'far', 'nowhere', 'nobody knows'])
})

test('nobody is dropped and nobody doubled, whatever the distances', () => {
  for (let round = 0; round < 50; round += 1) {
    const things = Array.from({ length: round }, (_, n) => ({ n, at: n % 3 ? [50 + Math.random(), -2 + Math.random()] : null }))
    const sorted = byDistance(things, (group) => farTo(group, ferndown))
    assert.deepEqual(sorted.map(({ thing }) => thing.n).sort((a, b) => a - b), things.map(({ n }) => n))
    for (let i = 1; i < sorted.length; i += 1) assert.ok(sorted[i - 1].far <= sorted[i].far)
    assert.deepEqual(sorted.filter(({ far }) => far === Infinity).map(({ thing }) => thing.n), things.filter(({ at }) => !at).map(({ n }) => n))
  }
})

test('all that are due are in the list, not the worst alone: one’s own, or of the whole patch', () => {
  const group = (id, standing, more = {}) => ({ id, standing, mine: true, ...more })
  const groups = [group('1', 'long'), group('2', 'overdue'), group('3', 'soon'), group('4', 'soon', { mine: false }), group('5', 'not_due'), group('6', 'never'), group('7', '', { sensitive: true })]
  const found = (patch) => alsoDue(groups, { patch, listed: new Set(['1']) }).map(({ id }) => id)
  assert.deepEqual([found(false), found(true)], [['2', '3'], ['2', '3', '4']])
})

test('while you are here: the nearest three that are due soon or already, and none that is listed, hidden or nowhere', () => {
  const group = (id, latitude, more = {}) => ({ id, standing: 'soon', at: [latitude, -1.9], ...more })
  const groups = [
    group('1', 50.9), group('2', 50.83), group('3', 50.81, { standing: 'overdue' }), group('4', 50.82, { standing: 'long' }), group('5', 50.801, { standing: 'not_due' }),
    group('6', 50.801, { sensitive: true }), { id: '7', standing: 'soon', at: null }, group('8', 50.801),
  ]
  const found = whileHere(groups, ferndown, new Set(['8']))
  assert.deepEqual(found.map(({ id }) => id), ['3', '4', '2'])
  assert.equal(found[0].miles, '0.7')
})
