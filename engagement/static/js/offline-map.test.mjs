// What the map without a signal shows: everybody who may be shown, with the marks of the map online.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { mapView } from './offline-map.mjs'

const group = (id, standing, more = {}) => ({ id, name: id, kind: '', neighbourhood_id: '1', at: [50.8, -1.9], standing, standing_words: standing, due: null, sensitive: false, contact: null, owed: [], tried: '', booked: '', ...more })
const boundary = [[[50.8, -1.9], [50.9, -1.9], [50.9, -1.8], [50.8, -1.9]]]

const template = readFileSync(new URL('../../../templates/offline/map.html', import.meta.url), 'utf8')
const marks = Object.fromEntries([...template.matchAll(/"([a-z-]+)": \["([A-Z])", _\("([^"]+)"\)\]/g)].map(([, look, letter, words]) => [look, [letter, words]]))

test('it has the worst first, the marks that are there, and the outlines; nobody who is asleep or kept narrow', () => {
  const pack = { neighbourhoods: [{ id: '1', name: 'Elm Green', boundary }, { id: '2', name: 'Ashford', boundary: [] }], groups: [group('a', 'not_due'), group('b', 'long'), group('c', 'dormant'), group('d', '', { sensitive: true })] }
  const view = mapView(pack, {}, marks)
  assert.deepEqual(view.groups.map(({ id, letter }) => id + letter), ['bL', 'aD'])
  assert.deepEqual(view.marks.map(({ letter }) => letter), ['L', 'D'])
  assert.deepEqual(JSON.parse(view.outlines), [['Elm Green', boundary]])
})

test('its letters, in its template, are those of the map online', () => {
  const said = readFileSync(new URL('../../shift/near_queries.py', import.meta.url), 'utf8').match(/LETTERS = \{([^}]*)\}/)[1]
  const online = Object.fromEntries([...said.matchAll(/"([a-z-]+)": "([A-Z])"/g)].map(([, look, letter]) => [look, letter]))
  const standings = { 'long-overdue': 'long', overdue: 'overdue', never: 'never', 'due-soon': 'soon', 'not-due': 'not_due', paused: 'paused', 'on-request': 'on_request' }
  assert.equal(Object.keys(online).length, 7)
  for (const [look, letter] of Object.entries(online)) {
    assert.equal(mapView({ neighbourhoods: [], groups: [group('a', standings[look])] }, {}, marks).groups[0].letter, letter)
  }
})
