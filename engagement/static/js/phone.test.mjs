// The script of every page may be read where there is no page, and then does nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'

test('without a document nothing begins', async () => {
  assert.deepEqual(Object.keys(await import('./phone.mjs')), [])
})
