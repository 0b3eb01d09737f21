// Which page of the patch each behaviour draws, and of which group.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behaviours, groupOf } from './offline.mjs'

test('each page without a signal has its behaviour, and every one asks after a call', () => {
  assert.deepEqual(behaviours.map(({ moduleName }) => moduleName), ['diary-rang', 'diary-offline-shift', 'diary-offline-patch', 'diary-offline-group'])
})

test('a group is known by its address', () => {
  assert.equal(groupOf({ pathname: '/groups/12', search: '' }), '12')
  assert.equal(groupOf({ pathname: '/offline/group', search: '?group=7' }), '7')
  assert.equal(groupOf({ pathname: '/groups/12/edit', search: '' }), null)
})
