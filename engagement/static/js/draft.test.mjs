// The draft of /sync holds everything that the form's fields said, and nothing that was left empty.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { draftOf, fridayAfter } from './draft.mjs'

const AT = Date.parse('2026-11-24T10:00:42Z')
const draft = (...fields) => draftOf({ client_ref: 'ref', owner: '7', fields, typed_at: AT })

test('a repeat visit', () => {
  const made = draft(['group', '12'], ['group_name', ''], ['outcome', 'spoke'], ['kind', 'visit'], ['summary', ' Kits promised '], ['when', 'just_now'], ['concern-0-title', ''], ['concern-0-tap', 'find_out'], ['promise-0-what', ''])
  assert.deepEqual([made.client_ref, made.owner, made.kind, made.outcome, made.summary], ['ref', '7', 'visit', 'spoke', 'Kits promised'])
  assert.deepEqual([made.group_ids, made.group_name, made.with_resident], [['12'], '', false])
  assert.deepEqual([made.typed_at, made.happened_at, made.said_when], ['2026-11-24T10:00:42.000Z', '2026-11-24T10:00:00.000Z', 'just_now||'])
  assert.deepEqual([made.concerns, made.promises, made.tellings, made.also, made.officers], [[], [], [], [], []])
})

test('a meeting with everything', () => {
  const made = draft(
    ['group', '12'], ['contact', '4'], ['kind', 'their_meeting'], ['tell', '31:answer'], ['tell', '32:outcome'], ['tell', 'x:y'],
    ['concern-0-title', 'Parking'], ['concern-0-tap', 'council'], ['concern-0-same', '9'], ['concern-0-raiser', 'group:12'],
    ['concern-2-title', 'Litter'], ['concern-2-same', 'new'], ['promise-0-what', 'Kits'], ['promise-0-by', 'friday'], ['promise-1-what', 'Lights'],
    ['promise-1-by', 'meeting'], ['promise-2-what', 'Ring'], ['promise-2-by', 'day'], ['promise-2-day', '1/12/2026'],
    ['also-0-name', 'Youth Club'], ['also-0-part', 'there'], ['also-1-name', ''], ['officer', '3'], ['officer', '5'], ['officers', '4417, 4418'],
    ['when', 'another_day'], ['happened_on', '3 Nov 2026'], ['happened_time', '19:30'], ['attendance', '40'],
  )
  assert.deepEqual(made.tellings, [{ raising_id: '31', kind: 'answer' }, { raising_id: '32', kind: 'outcome' }])
  assert.deepEqual(made.concerns.map((c) => [c.line, c.title, c.tap, c.same_as, c.raiser]), [[0, 'Parking', 'council', '9', 'group:12'], [2, 'Litter', 'find_out', null, null]])
  assert.deepEqual(made.promises.map((p) => [p.what, p.due_on]), [['Kits', '2026-11-27'], ['Lights', null], ['Ring', '2026-12-01']])
  assert.deepEqual(made.also, [{ line: 0, group_id: null, name: 'Youth Club', part: 'there' }])
  assert.deepEqual([made.officers, made.contact_id, made.attendance, made.happened_at], [['3', '5', '4417', '4418'], '4', '40', '2026-11-03T19:30:00.000Z'])
  assert.equal(made.said_when, 'another_day|3 Nov 2026|19:30')
})

test('a resident, and a group nobody knew', () => {
  assert.equal(draft(['group', 'resident']).with_resident, true)
  assert.deepEqual([draft(['group', 'new'], ['group_name', 'Elm Green NHW']).group_ids, draft(['group_name', 'Elm Green NHW']).group_name], [[], 'Elm Green NHW'])
})

test('a day that cannot be read is left to the service, which reads the words', () => {
  const made = draft(['when', 'another_day'], ['happened_on', 'last week'])
  assert.deepEqual([made.said_when, made.happened_at], ['another_day|last week|', '2026-11-24T10:00:42.000Z'])
})

test('Friday is of this week, or the next from Friday on', () => {
  assert.deepEqual(['2026-11-24', '2026-11-27', '2026-11-29'].map(fridayAfter), ['2026-11-27', '2026-12-04', '2026-12-04'])
})
