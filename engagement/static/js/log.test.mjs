// The log page's behaviours each have a name of their own, by which the page asks for them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behaviours } from './log.mjs'

test('each behaviour is asked for by one name', () => {
  const names = behaviours.map((behaviour) => behaviour.moduleName)
  assert.deepEqual(names, ['diary-group-search', 'diary-about-group', 'diary-lines', 'diary-when', 'diary-saving'])
  assert.equal(new Set(names).size, names.length)
})
