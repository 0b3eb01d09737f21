// What OpenOnDesk promises: open on a desk, as it was on a phone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpenOnDesk } from './open_on_desk.mjs'

for (const [width, open] of [['desk', true], ['phone', false]]) {
  test(`on a ${width} it is ${open ? 'open' : 'folded'}`, () => {
    const root = { open: false }
    new OpenOnDesk(root, () => ({ matches: open }))
    assert.equal(root.open, open)
  })
}
