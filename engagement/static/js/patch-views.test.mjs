// What the pages without a signal show: the same facts, the worst first, and nothing of a group that is kept narrow.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cardOf, groupView, groupsLike, recentGroups, saidMoment, shiftView, worstFirst } from './patch-views.mjs'

const group = (id, more = {}) => ({
  id, name: `Group ${id}`, kind: 'health', neighbourhood_id: '1', at: [50.8, -1.9], where: '', standing: 'not_due', standing_words: 'Due Tue 8 Dec, monthly', often: 'monthly',
  due: '2026-12-08', mine: true, recent: null, speak_first: false, sensitive: false, contact: null, last_told: null, last: null, tried: '', booked: '', concerns: [], owed: [], promises: [], ...more,
})
const pack = (groups, shift = {}) => ({ neighbourhoods: [{ id: '1', name: 'Elm Green' }], groups, shift: { booked: [], clocks: [], promises: [], ...shift } })
const contact = { name: 'Asha Merrow', role: 'clerk', channel: 'Mobile', words: '07700 900321', href: 'tel:07700900321' }

test('names are found by their words in any order, without accents, those that begin so first', () => {
  const groups = ['The Café Club', 'Club at the Cafe', 'Bowling Green'].map((name, n) => group(String(n), { name }))
  assert.deepEqual(groupsLike(groups, 'cafe clu').map(({ name }) => name), ['Club at the Cafe', 'The Café Club'])
  assert.deepEqual(groupsLike(groups, 'the café').map(({ name }) => name), ['The Café Club', 'Club at the Cafe'])
  assert.equal(groupsLike(groups, '', 2).length, 2)
  assert.deepEqual(groupsLike(groups, 'knitters'), [])
})

test('recent groups come in the order in which they were logged', () => {
  assert.deepEqual(recentGroups([group('1'), group('2', { recent: 2 }), group('3', { recent: 1 })]).map(({ id }) => id), ['3', '2'])
})

test('the worst come first: too long, then overdue by their day', () => {
  const groups = [group('a'), group('b', { standing: 'overdue', due: '2026-11-20' }), group('c', { standing: 'long', due: '2026-11-01' }), group('d', { standing: 'overdue', due: '2026-11-10' }), group('e', { standing: '', due: null })]
  assert.deepEqual(worstFirst(groups).map(({ id }) => id), ['c', 'd', 'b', 'a', 'e'])
})

test('a badge says how it stands, and beside it how often; a comma of its own stays', () => {
  const card = cardOf(group('1', { standing: 'long', standing_words: '19 days over, too long, monthly (assumed)', often: 'monthly (assumed)', tried: 'tried twice' }), pack([]), { health: 'Health' })
  assert.deepEqual([card.look, card.words, card.also], ['long-overdue', '19 days over, too long', 'monthly (assumed) · tried twice'])
  assert.equal(cardOf(group('1', { often: undefined, standing_words: 'On request', standing: 'on_request' }), pack([])).words, 'On request')
})

test('the shift shows my own that are due, and the whole patch where that is asked or none is mine', () => {
  const groups = [group('1', { standing: 'overdue' }), group('2', { standing: 'soon', mine: false }), group('3')]
  assert.deepEqual(shiftView(pack(groups)).to_see.map(({ id }) => id), ['1'])
  assert.deepEqual(shiftView(pack(groups), { whole: true }).to_see.map(({ id }) => id), ['1', '2'])
  const others = shiftView(pack(groups.map((one) => ({ ...one, mine: false }))))
  assert.deepEqual([others.whole, others.to_see.length], [true, 2])
  assert.equal(shiftView(pack([group('3')])).nothing, true)
})

test('more than a page of late groups says how many there are', () => {
  const view = shiftView(pack(Array.from({ length: 30 }, (_, n) => group(String(n), { standing: 'overdue' }))))
  assert.deepEqual([view.to_see.length, view.all_due], [20, 30])
})

test('a group before walking in: who to reach in one tap, what is owed, what was promised', () => {
  const one = group('7', { contact, owed: [{ raising_id: '1', title: 'Parking', what: 'answer' }, { raising_id: '2', title: 'Litter', what: 'outcome' }] })
  const view = groupView(pack([one]), 7, { health: 'Health' })
  assert.deepEqual([view.whom_said, view.call, view.rang, view.about], ['Asha Merrow, clerk', 'tel:07700900321', '7', 'Health · Elm Green'])
  assert.deepEqual(view.owed.map(({ answer, outcome }) => [answer, outcome]), [[true, false], [false, true]])
  assert.equal(view.map, 'geo:50.8,-1.9?q=50.8,-1.9')
  assert.equal(groupView(pack([one]), 8), null)
})

test('the other ways to reach them, each in one tap, and what they need', () => {
  const others = [{ words: '01632 960123', href: 'tel:01632960123' }, { words: 'a@parish.example', href: 'mailto:a@parish.example' }]
  const view = groupView(pack([group('7', { contact: { ...contact, others, care: 'a quiet room helps' } })]), 7)
  assert.deepEqual([view.others.map(({ words, rang }) => [words, rang]), view.care], [[['01632 960123', '7'], ['a@parish.example', '']], 'a quiet room helps'])
  const bare = groupView(pack([group('7', { contact })]), 7)
  assert.deepEqual([bare.others, bare.care], [[], ''])
})

test('a mail address is no call, and a group kept narrow has nothing but its name', () => {
  const mail = groupView(pack([group('7', { contact: { ...contact, href: 'mailto:a@parish.example' } })]), 7)
  assert.deepEqual([mail.call, mail.rang], ['', ''])
  const both = groupView(pack([group('7', { contact: { ...contact, href: 'mailto:a@parish.example', others: [{ words: '01632 960123', href: 'tel:01632960123' }] } })]), 7)
  assert.deepEqual([both.call, both.rang], ['tel:01632960123', '']) // as with a signal: they want a mail, and can be called
  const narrow = groupView(pack([group('8', { kind: '', neighbourhood_id: '', at: null, standing: '', standing_words: '', often: undefined, due: null, sensitive: true })]), 8)
  assert.deepEqual([narrow.about, narrow.words, narrow.map, narrow.also], ['', '', '', ''])
})

test('a moment of today is its time, another has its day; London\'s clock', () => {
  const now = Date.parse('2026-07-01T12:00:00Z')
  assert.equal(saidMoment(Date.parse('2026-07-01T10:05:00Z'), now), '11:05')
  assert.equal(saidMoment(Date.parse('2026-06-30T20:10:00Z'), now), 'Tue 30 Jun, 21:10')
})

test('an answer that is owed leads to each group of the pack that raised it, and to no other', () => {
  const owed = (raising_id, concern_id, what) => ({ raising_id, concern_id, title: 'Parking', what })
  const groups = [group('1', { owed: [owed('11', '5', 'answer'), owed('12', '6', 'answer')] }), group('2', { owed: [owed('13', '5', 'outcome')] }), group('3', { owed: [owed('14', '5', 'answer')] })]
  const clock = (concern_id) => ({ concern_id, title: 'Parking', words: 'answer by Tue 3 Nov 14:00' })
  const { clocks } = shiftView(pack(groups, { clocks: [clock('5'), clock('9')] }))
  assert.deepEqual(clocks[0].answers, [{ group_id: '1', group: 'Group 1', raising_id: '11' }, { group_id: '3', group: 'Group 3', raising_id: '14' }])
  assert.deepEqual(clocks[1].answers, [])
})
