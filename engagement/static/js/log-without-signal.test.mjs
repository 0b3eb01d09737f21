// The log page without a signal is the log page, and may be read where there is no page.
import assert from 'node:assert/strict'
import { test } from 'node:test'

test('without a document nothing begins', async () => {
  assert.deepEqual(Object.keys(await import('./log-without-signal.mjs')), [])
})
