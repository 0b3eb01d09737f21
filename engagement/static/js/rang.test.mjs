// What is offered after a call: the three answers, for a while, and only for what was really rung.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answers, note, toAsk } from './rang.mjs'

test('a call is asked about for two hours', () => {
  const kept = note('7', 'Stroke Club', 1_000)
  assert.deepEqual(toAsk(kept, 2_000), { id: '7', whom: 'Stroke Club', at: 1_000, by: null })
  assert.equal(toAsk(kept, 1_000 + 2 * 60 * 60 * 1000), null)
})

test('nobody is asked about the call of another who used this phone', () => {
  const kept = note('7', 'Stroke Club', 1_000, '3')
  assert.equal(toAsk(kept, 2_000, '3')?.id, '7')
  assert.equal(toAsk(kept, 2_000, '4'), null)
  assert.equal(toAsk(kept, 2_000)?.id, '7') // without a signal the page does not say whose it is; the phone has one key alone
})

test('what is no call is not asked about', () => {
  for (const kept of [null, '', '{}', 'null', '{"id":"7&x=1","at":0}']) assert.equal(toAsk(kept, 1), null)
})

test('the answers fill the log form in', () => {
  const words = { spoke: 'Spoke', noAnswer: 'No answer', message: 'Left message' }
  assert.deepEqual(answers({ id: '7' }, words), [
    { href: '/engagements/new?group=7&kind=phone&outcome=spoke', label: 'Spoke' },
    { href: '/engagements/new?group=7&kind=phone&outcome=no_answer', label: 'No answer' },
    { href: '/engagements/new?group=7&kind=phone&outcome=message_left', label: 'Left message' },
  ])
})
