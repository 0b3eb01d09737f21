// What the log page offers without a signal: the groups of the pack by their names, and of what is owed nothing that is not there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aboutFrom, findIn, findWithout } from './offline-log.mjs'

const pack = {
  neighbourhoods: [{ id: '1', name: 'Elm Green' }],
  groups: [{ id: '7', name: 'Stroke Club', neighbourhood_id: '1' }, { id: '8', name: 'Youth Club', neighbourhood_id: '9' }],
}

test('groups are found by any of their words, with their neighbourhood', () => {
  assert.deepEqual(findIn(pack, 'stro'), [{ id: '7', name: 'Stroke Club', neighbourhood: 'Elm Green' }])
  assert.deepEqual(findIn(pack, 'club').map(({ id }) => id), ['7', '8'])
  assert.deepEqual(findIn(pack, 'nobody'), [])
})

test('without a pack nothing is offered, and the name is taken as it is typed', async () => {
  assert.equal(await findWithout('club', async () => null), null)
  assert.equal((await findWithout('club', async () => ({ pack }))).length, 2)
})

test('a group that the pack does not hold says nothing', () => {
  assert.deepEqual(aboutFrom({ content: null }, undefined), [])
  assert.deepEqual(aboutFrom(null, pack.groups[0]), [])
})
