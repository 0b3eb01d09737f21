// What "nearest first" promises: true distances, and nobody dropped for want of a place.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { distance, miles, nearest } from './near.mjs'

const ferndown = { latitude: 50.8, longitude: -1.9 }

test('distances are true to a metre in a thousand', () => {
  assert.equal(distance(ferndown, ferndown), 0)
  const degree = distance(ferndown, { latitude: 51.8, longitude: -1.9 })
  assert.ok(Math.abs(degree - 111195) < 111, String(degree))
})

test('miles are said as people say them', () => {
  assert.deepEqual([miles(640), miles(16093.44), miles(40000)], ['0.4', '10', '25'])
})

test('the nearest comes first, those without a place last and in their order', () => {
  const card = (name, latitude) => ({ name, dataset: latitude === undefined ? {} : { latitude: String(latitude), longitude: '-1.9' } })
  const cards = [card('nowhere'), card('far', 52), card('nobody knows'), card('near', 50.81)]
  assert.deepEqual(nearest(cards, ferndown).map(({ card }) => card.name), ['near', 'far', 'nowhere', 'nobody knows'])
})
