// The shift page's behaviours each have a name of their own, by which the page asks for them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behaviours } from './shift.mjs'

test('each behaviour is asked for by one name', () => {
  assert.deepEqual(behaviours.map((behaviour) => behaviour.moduleName), ['diary-rang', 'diary-near'])
})
