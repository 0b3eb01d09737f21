// Days and times as they are typed: what is taken, what is refused, and London's hours in summer and winter.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fridayAfter, londonMoment, londonOf, momentOf, readDay, readTime } from './moments.mjs'

const NOW = Date.parse('2026-11-24T10:00:42Z')

test('the usual ways of writing a day', () => {
  for (const typed of ['27/11/2026', '27 11 2026', '27 Nov 2026', '27th November, 2026', 'Fri 27 nov 2026', '2026-11-27', '27nov2026', ' 27.11.2026 ']) {
    assert.deepEqual(readDay(typed), { on: '2026-11-27' }, typed)
  }
})

test('what is no day says why', () => {
  const why = { '': 'no_date', nonsense: 'bad_date', '27/11': 'no_year', '27/11/26': 'bad_year', '31/2/2026': 'bad_date', '5 foo 2026': 'bad_date', '0/11/2026': 'bad_date' }
  for (const [typed, wrong] of Object.entries(why)) assert.deepEqual(readDay(typed), { wrong }, typed)
})

test('times', () => {
  for (const [typed, at] of [['14:30', [14, 30]], ['1430', [14, 30]], ['2.30pm', [14, 30]], ['2 pm', [14, 0]], ['noon', [12, 0]], ['12am', [0, 0]]]) {
    assert.deepEqual(readTime(typed), { hour: at[0], minute: at[1] }, typed)
  }
  for (const typed of ['14', '25:00', '13pm', '10:61', 'soon']) assert.deepEqual(readTime(typed), { wrong: 'bad_time' }, typed)
})

test('London is an hour ahead in summer', () => {
  assert.equal(new Date(londonMoment('2026-07-01', 12, 0)).toISOString(), '2026-07-01T11:00:00.000Z')
  assert.equal(new Date(londonMoment('2026-12-01', 12, 0)).toISOString(), '2026-12-01T12:00:00.000Z')
  assert.deepEqual(londonOf(Date.parse('2026-07-01T23:30:00Z')), { on: '2026-07-02', hour: 0, minute: 30 })
})

test('each choice is a moment, to the minute', () => {
  const at = (when, day = '', time = '') => momentOf({ when, day, time }, NOW)
  assert.deepEqual(at('just_now'), { on: '2026-11-24', at: '2026-11-24T10:00:00.000Z' })
  assert.deepEqual(at('earlier_today', '', '9:15'), { on: '2026-11-24', at: '2026-11-24T09:15:00.000Z' })
  assert.deepEqual(at('earlier_today'), { on: '2026-11-24', at: '2026-11-24T10:00:00.000Z' })
  assert.deepEqual(at('yesterday'), { on: '2026-11-23', at: '2026-11-23T12:00:00.000Z' })
  assert.deepEqual(at('another_day', '3/11/2026', '19.30'), { on: '2026-11-03', at: '2026-11-03T19:30:00.000Z' })
  assert.equal(at('just_now', '3/11/2026').on, '2026-11-03') // a day typed without choosing it is meant
})

test('what is to come, too old or past is refused beside its field', () => {
  const wrong = (when, day, time = '') => momentOf({ when, day, time }, NOW)
  assert.deepEqual(wrong('another_day', '25/11/2026'), { wrong: 'future', field: 'happened_on' })
  assert.deepEqual(wrong('another_day', '23/11/2024'), { wrong: 'too_old', field: 'happened_on' })
  assert.deepEqual(wrong('earlier_today', '', '11:00'), { wrong: 'later', field: 'happened_time' })
  assert.deepEqual(wrong('coming', '23/11/2026'), { wrong: 'past', field: 'day' })
  assert.deepEqual(wrong('coming', '27/11/2026'), { on: '2026-11-27' })
})

test('Friday is of this week, or the next from Friday on', () => {
  assert.deepEqual(['2026-11-24', '2026-11-27', '2026-11-29'].map(fridayAfter), ['2026-11-27', '2026-12-04', '2026-12-04'])
})
