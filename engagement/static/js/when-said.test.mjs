// The folded line says what was chosen, and nothing that was not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { said } from './when-said.mjs'

test('what is empty is left out', () => {
  assert.equal(said('Just now', 'Ferndown Central', 'you'), 'Just now · Ferndown Central · you')
  assert.equal(said(' Yesterday ', '', 'you'), 'Yesterday · you')
})
