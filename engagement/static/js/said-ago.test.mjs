// Moments are said as on the diary's other pages, in London's time.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saidAgo, saidDay } from './said-ago.mjs'

const NOW = Date.parse('2026-07-07T10:00:00Z')

test('today the time alone, else the day as well', () => {
  assert.equal(saidAgo(NOW, NOW), '11:00')
  assert.equal(saidAgo(Date.parse('2026-07-03T08:05:00Z'), NOW), 'Fri 3 Jul, 09:05')
  assert.equal(saidDay(Date.parse('2026-09-06T23:30:00Z')), 'Mon 7 Sep')
})
