// A form's fields come back as they stood, what the page has no control for included.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { box, control, formOf, radio } from '../../../tests/offline/form-in-memory.mjs'
import { fieldsOf, linesNeeded, put, titleOf, worthKeeping } from './fields.mjs'

const blank = () => formOf(
  control('csrf_token', 'secret'), control('client_ref', 'ref'), radio('group', '12'), radio('group', 'resident'), control('group_name'),
  radio('kind', 'visit'), radio('kind', 'phone'), radio('outcome', 'spoke', true), radio('outcome', 'no_answer'), control('summary'), box('tell', '3:answer'), control('do', 'more', { type: 'submit' }),
)

test('the token and the reference are the page’s own', () => {
  assert.deepEqual(fieldsOf(blank()).map(([name]) => name), ['group_name', 'outcome', 'summary'])
})

test('there and back', () => {
  const fields = [['group', '12'], ['group_name', ''], ['kind', 'phone'], ['outcome', 'no_answer'], ['summary', 'Rang'], ['tell', '3:answer']]
  const $form = blank()
  put($form, fields)
  assert.deepEqual(fieldsOf($form), fields)
  assert.equal($form.elements.find((one) => one.name === 'client_ref').value, 'ref')
})

test('what has no control goes along unseen, once', () => {
  const $form = blank()
  put($form, [['tell', '3:answer'], ['tell', '4:outcome'], ['planned', '7'], ['contact', ''], ['csrf_token', 'old']])
  assert.deepEqual(fieldsOf($form).slice(3), [['tell', '3:answer'], ['tell', '4:outcome'], ['planned', '7']])
  assert.deepEqual(fieldsOf($form)[1], ['outcome', 'spoke']) // a choice that was not sent stays as the page has it
})

test('what is worth keeping: words', () => {
  assert.equal(worthKeeping([['summary', ' '], ['outcome', 'spoke'], ['group', '12'], ['concern-0-tap', 'find_out']]), false)
  for (const name of ['summary', 'group_name', 'concern-2-title', 'promise-0-what', 'also-1-name', 'place']) assert.equal(worthKeeping([[name, 'x']]), true, name)
})

test('an entry is known by whom it was with, else by its line', () => {
  const title = (chosen, ...fields) => titleOf(formOf(radio('group', chosen, true)), fields)
  assert.equal(title('12', ['summary', 'x']), '12')
  assert.equal(title('new', ['group_name', 'Elm Green NHW']), 'Elm Green NHW')
  assert.equal(titleOf(formOf(), [['group_name', ''], ['summary', 'Talked about the fair']]), 'Talked about the fair')
})

test('how many lines each list needs', () => {
  assert.deepEqual(linesNeeded([['concern-0-title', ''], ['concern-3-title', 'x'], ['concern-10-tap', 'find_out'], ['also-1-name', 'y']]), { concern: 4, also: 2 })
})
