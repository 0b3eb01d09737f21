// The receipt of an entry that went by the form: what the page says is on the record leaves the outbox, and nothing else does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { Keep } from './keep.mjs'
import { save } from './outbox.mjs'
import { claimMending, inTurn, patiently, sayWho, takeReceipt } from './phone.mjs'
import { send } from './sending.mjs'

const page = (receipt) => ({ querySelector: (selector) => (assert.equal(selector, '[data-receipt]'), receipt && { dataset: { receipt } }) })

test('the entry of the receipt goes, and no other', async () => {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  for (const id of ['a', 'b']) await save(keep, { id, owner: '1', content: { fields: [] }, kept_at: 1 })
  await takeReceipt(page(null), keep)
  assert.equal((await keep.all('outbox')).length, 2)
  await takeReceipt(page('a'), keep)
  assert.deepEqual((await keep.all('outbox')).map((row) => row.id), ['b'])
})

test('a page that is nobody’s says whose the phone is, and nothing where nobody is signed in', async () => {
  const keep = new Keep(new MemoryShelf())
  const $name = { textContent: '' }
  const $who = { hidden: true, querySelector: () => $name }
  const shell = { querySelector: () => $who }
  await sayWho(shell, keep)
  assert.equal($who.hidden, true)
  await keep.begin({ ...sessionOf(1), name: 'Sam Okoro' })
  await sayWho(shell, keep)
  assert.deepEqual([$who.hidden, $name.textContent], [false, 'Sam Okoro'])
  await sayWho({ querySelector: () => null }, keep) // a page that the service made says it itself
})

test('an entry that the page was opened to mend is not sent either, and another officer’s is not touched', async () => {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(2))
  const [mine, theirs] = [crypto.randomUUID(), crypto.randomUUID()]
  await save(keep, { id: theirs, owner: '2', content: { fields: [] }, kept_at: 1 })
  await keep.begin(sessionOf(1))
  await save(keep, { id: mine, owner: '1', content: { fields: [] }, kept_at: 1 })
  const page = { body: { dataset: {} }, querySelector: () => ({ hasAttribute: () => false }) }
  for (const id of [mine, theirs]) await claimMending(page, keep, { hash: `#mend=${id}`, locks: null })
  assert.deepEqual((await keep.all('outbox')).map((row) => `${row.owner} ${row.state}`).sort(), ['1 mending', '2 waiting'])
})

test('what is kept to correct an entry by stays when its receipt is seen again', async () => {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  await save(keep, { id: 'a', owner: '1', content: { fields: [] }, kept_at: 1, state: 'differs' })
  await takeReceipt(page('a'), keep)
  assert.equal((await keep.all('outbox')).length, 1)
})

test('an entry that the form asks about is not sent as it was typed, however soon the page sends', async () => {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  for (const id of ['asked', 'other']) await save(keep, { id, owner: '1', content: { fields: [] }, kept_at: 1 })
  const formOf = (asks, client_ref = 'new') => ({ elements: { client_ref: { value: client_ref } }, dataset: {}, hasAttribute: (name) => (assert.equal(name, 'data-mending'), asks) })
  const pageWith = (form) => ({ body: { dataset: {} }, querySelector: () => form })
  await claimMending(pageWith(formOf(true, 'asked')), keep, { locks: null })
  const sent = []
  const fetch = async (_address, { body }) => {
    sent.push(...JSON.parse(body).drafts)
    return { status: 200, json: async () => ({ receipts: [] }) }
  }
  await send(keep, { fetch, locks: null, ask: async () => ({ is: 'in', session: sessionOf(1) }) })
  assert.deepEqual(sent.map((draft) => draft.client_ref), ['other'])
  for (const form of [null, formOf(false, 'other')]) await claimMending(pageWith(form), keep, { locks: null }) // a page that asks nothing claims nothing
  assert.deepEqual((await keep.all('outbox')).map((row) => row.state), ['mending', 'waiting'])
})

test('what is asked for during a run that cannot succeed is run again, and not more often than that', async () => {
  const runs = []
  const ask = inTurn(() => new Promise((done) => runs.push(done)))
  const rest = () => new Promise((done) => setTimeout(done))
  const first = ask()
  await rest()
  const [second, third] = [ask(), ask()] // a signal comes back while the first still waits
  await rest()
  assert.equal(runs.length, 1)
  runs[0]('silent')
  assert.equal(await first, 'silent')
  await rest()
  runs[1]('sent')
  assert.deepEqual([await second, await third, runs.length], ['sent', 'sent', 2])
})

test('while the service is silent an open page tries again by itself, ever later, and no more once it was heard or nothing waits', async () => {
  const [answers, planned, gone] = [['silent', 'silent', 'silent', 'silent', 'silent', 'silent', 'sent', 'silent'], [], []]
  let waits = true
  const later = (run, ms) => planned.push({ run, ms })
  const ask = patiently(async () => ({ is: answers.shift(), kept: 0 }), async () => waits, { later, stop: (timer) => gone.push(timer), chance: () => 0 })
  assert.equal((await ask()).is, 'silent')
  for (let n = 0; n < 6; n += 1) await planned[n].run()
  assert.deepEqual(planned.map(({ ms }) => ms / 1000), [30, 60, 120, 240, 300, 300])
  assert.equal(answers.length, 1, 'the seventh was heard, and nothing is planned behind it')
  waits = false
  await ask()
  assert.equal(planned.length, 6)
  assert.deepEqual(gone.slice(1), [1, 2, 3, 4, 5, 6, 6], 'whoever asks meanwhile is the next try')
})
