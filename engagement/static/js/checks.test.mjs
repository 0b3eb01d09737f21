// What a phone refuses by itself, each beside its field; that the sentences are the service's is held by tests/offline/test_log_shell.py.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check } from './checks.mjs'

const NOW = Date.parse('2026-11-24T10:00:00Z')
const whole = { group: '12', kind: 'visit', outcome: 'spoke', summary: 'Kits', when: 'just_now' }
const wrong = (change) => check(Object.entries({ ...whole, ...change }), NOW).map(({ field, wrong: why }) => `${field}: ${why}`)

test('a whole entry is kept', () => assert.deepEqual(wrong({}), []))

test('whom it was with', () => {
  assert.deepEqual(wrong({ group: '' }), ['group_name: nobody'])
  assert.deepEqual(wrong({ group: '', group_name: 'Elm Green NHW' }), [])
  assert.deepEqual(wrong({ group: 'new', group_name: ' -- ' }), ['group_name: no_new_name'])
  assert.deepEqual(wrong({ group: 'resident', group_name: 'Club' }), ['group_name: resident_and_name'])
})

test('how, when and what', () => {
  assert.deepEqual(wrong({ kind: '' }), ['kind: no_kind'])
  assert.deepEqual(wrong({ when: 'another_day', happened_on: '25/11/2026' }), ['happened_on: future'])
  assert.deepEqual(wrong({ when: 'another_day', happened_on: 'soon' }), ['happened_on: bad_date'])
  assert.deepEqual(wrong({ when: 'earlier_today', happened_time: '23:00' }), ['happened_time: later'])
  assert.deepEqual(wrong({ attendance: 'many' }), ['attendance: no_number'])
  assert.deepEqual(wrong({ attendance: '1,200' }), [])
})

test('a line is needed where somebody spoke and brought nothing else', () => {
  assert.deepEqual(wrong({ summary: '' }), ['summary: no_line'])
  for (const more of [{ outcome: 'no_answer' }, { 'concern-0-title': 'Parking' }, { 'promise-0-what': 'Kits' }, { tell: '3:answer' }]) assert.deepEqual(wrong({ summary: '', ...more }), [])
})

test('where nobody was spoken with, nobody raised anything or was told', () => {
  for (const outcome of ['no_answer', 'message_left']) {
    assert.deepEqual(wrong({ outcome, summary: '', 'concern-0-title': '', 'concern-1-title': 'Parking' }), ['concern-1-title: not_raised'])
    assert.deepEqual(wrong({ outcome, tell: '3:answer' }), ['tell: not_told'])
    assert.deepEqual(wrong({ outcome, kept: '3' }), ['kept: not_known'])
  }
})

test('a promise by a day has one to come', () => {
  assert.deepEqual(wrong({ 'promise-0-what': 'Kits', 'promise-0-by': 'day', 'promise-0-day': '1/11/2026' }), ['promise-0-day: past'])
  assert.deepEqual(wrong({ 'promise-0-what': '', 'promise-0-by': 'day', 'promise-0-day': 'x' }), [])
})
