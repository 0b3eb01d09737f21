// What becomes of an entry when Save is pressed: no connection that breaks leads away from the page. That it loses nothing is held by tests/journeys/test_offline_*.py.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryLocks, MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { Keep } from './keep.mjs'
import { lockOf } from './claims.mjs'
import { Saving } from './saving.mjs'

console.warn = () => {}
globalThis.dispatchEvent = () => {}
globalThis.location = { hash: '', pathname: '/engagements/new', search: '' }
globalThis.document = { querySelector: () => null }

const IN = { is: 'in', session: { ...sessionOf(1), csrf_token: 't' } }
const fields = [['group', '12'], ['kind', 'visit'], ['summary', 'Kits']]

/** A log form about to be saved; `answers` are what the service says to each post, `asked` who is signed in. */
async function formAbout({ answers = [], asked = [IN], shell = false, keeps = true } = {}) {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  const parts = { '[data-saving]': { dataset: { saving: 'Saving…' } }, '.diary-save': { dataset: {} } }
  const part = (selector) => (parts[selector] ??= { dataset: {} })
  const $form = { hidden: false, inert: false, native: 0, action: '/engagements/new', elements: { csrf_token: {} }, submit() { this.native += 1 }, querySelectorAll: () => [], querySelector: (selector) => (selector.startsWith('input') ? null : part(selector)) }
  const [said, posted, locks] = [[], [], new MemoryLocks()]
  const saving = Object.assign(Object.create(Saving.prototype), {
    $form, $device: { querySelector: part }, shell, keep: keeps ? keep : undefined, owner: '1', ref: 'a', locks, now: () => 5, offset: 0, busy: false, over: new AbortController(), ready: Promise.resolve(),
    typing: { end: async () => {}, flush: async () => {}, again: () => {} },
    ask: async () => (asked.length > 1 ? asked.shift() : asked[0]),
    post: async (session, address = null) => { posted.push([session?.csrf_token ?? null, address, $form.inert]); return answers.shift() ?? { is: 'silent' } },
    say: (name, facts) => said.push([name, ...Object.keys(facts).filter((one) => facts[one] === true && one !== 'waits')].join(' ')),
    keepIt: async () => { await keep.put('outbox', { id: 'a', owner: '1', kept_at: 5, state: shell ? 'waiting' : 'posted', box: await keep.seal({ fields }) }); return true },
    reading: async () => null,
    hear: () => {},
  })
  globalThis.FormData = class { * [Symbol.iterator]() { yield* fields } }
  const press = (submitter = null) => saving.submit({ submitter, defaultPrevented: false, preventDefault() {} })
  return { saving, keep, $form, said, posted, locks, press, state: async () => (await keep.get('outbox', 'a'))?.state ?? null }
}

test('a page without the words to say begins nothing', () => {
  assert.equal(Saving.moduleName, 'diary-saving')
  assert.throws(() => new Saving({ addEventListener: () => assert.fail('it listens') }), /no words/)
})

test('a double press saves once, nothing can be typed meanwhile, and a button that is not Save is left alone', async () => {
  const { saving, $form, press } = await formAbout()
  let gone = 0
  saving.go = async () => { gone += 1; assert.ok($form.inert); await new Promise((done) => setTimeout(done, 5)) }
  await Promise.all([press(), press()])
  assert.deepEqual([gone, $form.inert], [1, false])
  const more = { submitter: { name: 'do' }, preventDefault: () => assert.fail('it is taken') }
  await saving.submit(more)
  assert.equal(gone, 1)
})

test('a connection that breaks under the post leaves the page where it is: the entry is kept, and it says so', async () => {
  const { press, state, said, $form, locks } = await formAbout({ answers: [{ is: 'silent' }] })
  await press()
  assert.deepEqual([await state(), said, $form.native, $form.hidden], ['waiting', ['kept silent'], 0, true])
  assert.deepEqual((await locks.query()).held.filter(({ name }) => name === lockOf('a')), []) // others may send it now
})

for (const [what, asked, why] of [['breaks', [IN], 'refused'], ['has ended the session', [IN, { is: 'out' }], 'out'], ['has somebody else', [IN, { is: 'in', session: sessionOf(2) }], 'other'], ['says nothing more', [IN, { is: 'silent' }], 'silent']]) {
  test(`an answer that is none of this entry is kept from being one: the service ${what}`, async () => {
    const { press, state, said, $form } = await formAbout({ answers: [{ is: 'other' }], asked: [...asked] })
    await press()
    assert.deepEqual([await state(), said, $form.native], ['waiting', [`kept ${why}`], 0])
  })
}

/** The page that answers, as `show` needs it; whether it was shown. */
function shown(saving, keep) {
  const seen = []
  const page = { get querySelector() { throw new Error('shown') } }
  return { page, seen, press: async (press) => {
    saving.direct = async () => { seen.push((await keep.get('outbox', 'a'))?.state ?? null, saving.over.signal.aborted) }
    await press()
    return seen
  } }
}

test('a receipt empties the outbox, and a question keeps the entry from being sent, before the page gives way', async () => {
  for (const [is, state] of [['done', null], ['asks', 'mending']]) {
    const answers = []
    const { saving, keep, press } = await formAbout({ answers })
    const page = shown(saving, keep)
    answers.push({ is, page: page.page, address: '/engagements/7/saved' })
    assert.deepEqual(await page.press(press), [state, true])
  }
})

test('where nothing can be kept the words stay in the form, and the browser posts by itself only once somebody has answered', async () => {
  const silent = await formAbout({ keeps: false })
  await silent.press()
  assert.deepEqual([silent.said, silent.$form.native, silent.$form.hidden], [['unkept'], 0, false])
  const ended = await formAbout({ keeps: false, answers: [{ is: 'other' }] })
  await ended.press()
  assert.deepEqual([ended.said, ended.$form.native], [[], 1])
})

test('what was not foreseen is posted all the same, without leaving the page', async () => {
  const { saving, said, $form, posted, press } = await formAbout()
  saving.go = async () => { throw new Error('unforeseen') }
  await press()
  assert.deepEqual([said, $form.native, posted.length, saving.busy], [['unkept'], 0, 1, false])
})

test('a full phone posts at once, and says so where nobody answers', async () => {
  const { saving, said, press, posted, $form } = await formAbout()
  saving.keepIt = async () => false
  await press()
  assert.deepEqual([said, posted, $form.native], [['full'], [['t', null, true]], 0])
})

test('who is not added to a colleague’s entry is told, and has their words', async () => {
  const { saving, said, press, posted, $form } = await formAbout()
  await press({ hasAttribute: () => true, formAction: '/engagements/7/add-yourself' })
  assert.deepEqual([said, posted, $form.native, saving.busy], [['undone'], [['t', '/engagements/7/add-yourself', true]], 0, false])
})

test('an entry that a full phone cannot open again is said to wait as it was', async () => {
  const said = []
  const $form = { hidden: false }
  const keep = { seal: async () => ({}), write: async () => { throw new DOMException('full', 'QuotaExceededError') }, get: async () => ({ id: 'a', owner: '1', state: 'waiting', kept_at: 1 }) }
  const saving = Object.assign(Object.create(Saving.prototype), { $form, keep, ref: 'a', owner: '1', locks: null, now: () => 1, content: async () => ({}), say: (what) => said.push(what) })
  await saving.change()
  await saving.mend('a')
  assert.deepEqual([said, $form.hidden], [['stays', 'stays'], true])
})
