// What the script of a page with telephone numbers begins.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behaviours } from './reach.mjs'

test('after a call it asks', () => {
  assert.deepEqual(behaviours.map(({ moduleName }) => moduleName), ['diary-rang'])
})
