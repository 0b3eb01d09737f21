// What is said of a form before it is kept, where the tables it is read by come and where they do not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problems, rules } from './reading.mjs'

const now = Date.UTC(2026, 10, 23, 12)
const sentences = { no_kind: 'Choose how', nobody: 'Say who it was with', no_line: 'Say in a line what happened' }

test('without the table of words the other fields are read all the same, and the table is asked for again', async () => {
  let asked = 0
  globalThis.fetch = async () => { asked += 1; throw new TypeError('no signal') }
  rules()
  for (let i = 0; i < 2; i++) {
    const found = await problems({ sentences }, [['outcome', 'spoke']], now, () => {})
    assert.deepEqual(found.map(({ sentence }) => sentence).sort(), ['Choose how', 'Say in a line what happened', 'Say who it was with'])
  }
  assert.ok(asked >= 2)
})

test('what is found in the words is said beside their field', async () => {
  globalThis.fetch = async () => ({ ok: true, json: async () => ({ rules: [{ kind: 'person', pattern: 'Mrs [A-Z][a-z]+', flags: 'g' }], sentences: { person: '“{text}” looks like a person' }, read_as: {} }) })
  const $form = { querySelector: () => null, appendChild: (one) => one }
  globalThis.document = { createElement: () => ({}) }
  const fields = [['group', '12'], ['kind', 'visit'], ['outcome', 'spoke'], ['summary', 'Met Mrs Green']]
  assert.deepEqual(await problems({ $form, $device: { querySelector: () => null }, sentences }, fields, now, () => {}), [{ field: 'summary', sentence: '“Mrs Green” looks like a person' }])
})
