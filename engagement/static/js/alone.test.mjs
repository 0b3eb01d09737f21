// The worker's own sending: as a page's, and not done while there is no answer.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendAlone } from './alone.mjs'

test('done when it was sent, or when only its owner can', async () => {
  for (const is of ['sent', 'nothing', 'out', 'disabled']) await sendAlone({ open: async () => 'keep', sendNow: async (keep) => (assert.equal(keep, 'keep'), { is }) })
})

test('no answer: to be tried again', async () => {
  await assert.rejects(sendAlone({ open: async () => 'keep', sendNow: async () => ({ is: 'silent' }) }), /no signal/)
})
