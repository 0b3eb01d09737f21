// What the search for groups promises: what it offers, how keys move, and that a late answer never replaces a newer one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Asker, next, options } from './group-search.mjs'

const words = { newGroup: 'A new group: “{name}”' }
const club = { id: '7', name: 'Stroke Club', neighbourhood: 'Elm Green' }
const rest = (ms) => new Promise((done) => setTimeout(done, ms))

test('what is found is offered, and the name itself as a new group', () => {
  assert.deepEqual(options([club], 'stroke', words), [
    { value: '7', name: 'Stroke Club', label: 'Stroke Club, Elm Green' },
    { value: 'new', name: 'stroke', label: 'A new group: “stroke”' },
  ])
})

test('a name that is known is not offered as new, nor one without a letter', () => {
  assert.deepEqual(options([club], ' stroke CLUB ', words).map((o) => o.value), ['7'])
  assert.deepEqual(options([], ' .- ', words), [])
})

test('the arrows go round through the field', () => {
  assert.deepEqual([next(-1, 1, 2), next(0, 1, 2), next(1, 1, 2)], [0, 1, -1])
  assert.deepEqual([next(-1, -1, 2), next(1, -1, 2), next(0, -1, 2)], [1, 0, -1])
})

test('it asks once after typing rests, and shows the newest answer only', async () => {
  const asked = []
  const shown = []
  const slowFirst = async (text) => {
    asked.push(text)
    if (text === 'str') await rest(40)
    return [text]
  }
  const asker = new Asker(slowFirst, (answer) => shown.push(answer), 5)
  asker.type('st')
  asker.type('str')
  await rest(15)
  asker.type('stro')
  await rest(70)
  assert.deepEqual(asked, ['str', 'stro'])
  assert.deepEqual(shown, [['stro']])
})

test('too little typed, or no signal, shows nothing', async () => {
  const shown = []
  const asker = new Asker(() => Promise.reject(new Error('offline')), (answer) => shown.push(answer), 1)
  asker.type('s')
  asker.type('stroke')
  await rest(10)
  assert.deepEqual(shown, [null, null])
})
