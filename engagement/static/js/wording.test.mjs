// Reading free text on the device: spans, counting, clearing. That it finds what the service finds is held by tests/offline/test_wording_on_the_device.py.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyCase, fingerprint, partsOf, pieces, read, Wording } from './wording.mjs'

const wording = new Wording({
  rules: [
    { kind: 'vehicle', pattern: '(?<![A-Z0-9])[A-Z]{2}[0-9]{2} ?[A-Z]{3}', flags: 'g' },
    { kind: 'intelligence', pattern: '(?:drug )?dealers?', flags: 'gi' },
    { kind: 'person', pattern: 'saw (Dr [A-Z][a-z]{1,9})', flags: 'g' },
  ],
  sentences: { vehicle: '“{text}” looks like a mark', intelligence: '“{text}” reads like intelligence', person: '“{text}” is a person' },
  read_as: { '\u00a0': ' ' },
})

test('what is found, where, and what is said of it', () => {
  assert.deepEqual(wording.spans('AB12\u00a0CDE and a Drug Dealer; saw Dr Field'), [
    { kind: 'vehicle', start: 0, end: 8, text: 'AB12\u00a0CDE' },
    { kind: 'intelligence', start: 15, end: 26, text: 'Drug Dealer' },
    { kind: 'person', start: 32, end: 40, text: 'Dr Field' },
  ])
  assert.equal(wording.sentence({ kind: 'vehicle', text: 'AB$&12' }), '“AB$&12” looks like a mark')
})

test('what stands around a finding is shown in whole words, as the service shows it', () => {
  const many = 'neighbourhood '.repeat(9)
  const start = many.length
  const found = [{ start, end: start + 6 }, { start: start + 7, end: start + 13 }]
  assert.deepEqual(pieces(`${many}dealer dealer ${many}`, found), ['… neighbourhood neighbourhood ', 'dealer', ' ', 'dealer', ' neighbourhood neighbourhood …'])
  assert.deepEqual(pieces('a dealer!', [{ start: 2, end: 8 }]), ['a ', 'dealer', '!'])
  const far = [{ start: 0, end: 6 }, { start: 7 + start, end: 13 + start }]
  assert.deepEqual(pieces(`dealer ${many}dealer`, far), ['', 'dealer', ' neighbourhood neighbourhood … neighbourhood neighbourhood ', 'dealer', ''])
})

test('the same finding is counted through all parts', () => {
  assert.deepEqual(wording.findings({ summary: 'dealer, dealer', place: 'dealer' }).map(({ name, nth }) => [name, nth]), [['summary', 1], ['summary', 2], ['place', 3]])
})

test('ASCII letters in either case, and no others', () => {
  assert.equal(anyCase('a[a-cX-Z.-]\\.é{1,2}'), '[aA][a-cA-CX-Zx-z.-]\\.é{1,2}')
  const expression = new RegExp(`^${anyCase('[a-zÀ-ɏ]k')}$`)
  assert.ok(expression.test('AK') && expression.test('Àk') && !expression.test('a\u212a') && !expression.test('ɓk'))
})

test('the parts of a form, in the order of the service, on one line each', () => {
  const fields = [['promise-0-what', 'Kits'], ['summary', ' two\nlines '], ['concern-10-title', 'Ten'], ['concern-2-title', 'Two'], ['concern-3-title', ' '], ['place', '']]
  assert.deepEqual(Object.entries(partsOf(fields)), [['summary', 'two lines'], ['place', ''], ['concern-2-title', 'Two'], ['concern-10-title', 'Ten'], ['promise-0-what', 'Kits']])
})

test('a reason saves over what was shown, and over nothing else', async () => {
  const first = await read(wording, [['summary', 'a dealer']])
  assert.equal(first.refused.length, 1)
  assert.equal(first.warned, await fingerprint({ kind: 'intelligence', nth: 1, text: 'dealer' }))
  const again = [['summary', 'a dealer'], ['warned', first.warned], ['override_reason', 'A car dealer']]
  assert.deepEqual((await read(wording, again)).refused, [])
  assert.equal((await read(wording, [['summary', 'a dealer, two dealers'], ...again.slice(1)])).refused.length, 1)
  assert.equal((await read(wording, [['summary', 'a dealer'], ['warned', first.warned]])).refused.length, 1)
  assert.deepEqual(await read(wording, [['summary', 'Kits'], ['override_reason', 'x']]), { findings: [], warned: '', refused: [] })
})
