// What is made of the answer to a posted entry, and that the page of it stands where the form stood.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { post, saysOf, show } from './posting.mjs'

const REF = '0c9ab4a1-3a4b-4f6e-9a57-3b1f0a1f2b3c'
const receipt = (ref) => ({ querySelector: (selector) => (selector === '[data-receipt]' ? { dataset: { receipt: ref } } : null) })
const form = (client_ref, was) => ({ querySelector: (selector) => (selector === '[data-receipt]' ? null : { elements: { client_ref: { value: client_ref } }, dataset: { was }, getAttribute: () => '/engagements/new' }) })
const another = { querySelector: () => null }

test('a receipt of this entry is one, and a form that asks about it; nothing else is an answer', () => {
  assert.equal(saysOf(receipt(REF), REF), 'done')
  assert.equal(saysOf(receipt('of another'), REF), 'other')
  assert.equal(saysOf(form(REF), REF), 'asks')
  assert.equal(saysOf(form('a new one', REF), REF), 'asks') // it was saved before in other words
  assert.equal(saysOf(form('of another'), REF), 'other')
  assert.equal(saysOf(another, REF), 'other') // a fault of the service, the door, or the page of a hotel's network
})

test('the fields go as a form sends them, and no answer is no page', async () => {
  const sent = []
  const fetch = async (address, { method, body, mode }) => {
    sent.push([address, method, String(body), mode])
    return { url: 'https://diary.example/engagements/7/saved', text: async () => REF }
  }
  const fields = [['summary', 'Kits & caps'], ['officer', '1'], ['officer', '2']]
  const { is, address } = await post('/engagements/new', fields, REF, { fetch, read: receipt })
  assert.deepEqual([is, address], ['done', 'https://diary.example/engagements/7/saved'])
  assert.deepEqual(sent[0], ['/engagements/new', 'POST', 'summary=Kits+%26+caps&officer=1&officer=2', 'same-origin'])
  const broken = [async () => { throw new TypeError('no signal') }, async () => ({ url: '/', text: async () => { throw new TypeError('cut off in the middle') } })]
  for (const fetch of broken) assert.deepEqual(await post('/engagements/new', fields, REF, { fetch, read: receipt }), { is: 'silent' })
})

test('a form that asks stands at its own address, not at one that can only be posted to', async () => {
  const fetch = async () => ({ url: 'https://diary.example/engagements/7/add-yourself', text: async () => REF })
  const { is, address } = await post('/engagements/7/add-yourself', [], REF, { fetch, read: form })
  assert.deepEqual([is, address], ['asks', '/engagements/new'])
})

/** As much of a page as is put in another's place. */
function pageOf(title, { nav = ['nav'] } = {}) {
  const part = (name) => ({ name, stood: null, replaceWith(other) { this.stood = other } })
  const $heading = { focus() { page.activeElement = this } }
  const [$class, $container, $navs] = [part('classification'), part('container'), nav.map(part)]
  const $main = { parentElement: $container, contains: (one) => one === $heading || one === page.mended, querySelector: () => $heading }
  const page = { title, $class, $container, $navs, $main, $heading, told: [], activeElement: null, dispatchEvent: (event) => page.told.push(event) }
  page.querySelector = (selector) => ({ main: $main, '.diary-classification': $class })[selector]
  page.querySelectorAll = () => $navs
  return page
}

test('the page that answers stands where the form stood, under its own address and title, and is begun', () => {
  const been = []
  Object.assign(globalThis, { history: { replaceState: (_state, _title, address) => been.push(address) }, scrollTo: () => {} })
  globalThis.CustomEvent ??= class extends Event { constructor(type, { detail }) { super(type); this.detail = detail } }
  const [here, answered] = [pageOf('Log'), pageOf('On the record')]
  show(answered, '/engagements/7/saved', here)
  assert.deepEqual([been, here.title], [['/engagements/7/saved'], 'On the record'])
  for (const part of ['$class', '$container']) assert.equal(here[part].stood, answered[part])
  assert.equal(here.$navs[0].stood, answered.$navs[0])
  assert.deepEqual(here.told.map(({ type, detail }) => [type, detail]), [['diary-page', answered.$main]])
  assert.deepEqual([answered.activeElement, answered.$heading.tabIndex], [answered.$heading, -1])
})

test('what is to be mended keeps the focus that it took', () => {
  const [here, answered] = [pageOf('Log'), pageOf('Log', { nav: [] })]
  here.activeElement = answered.mended = {}
  show(answered, '/engagements/new', here)
  assert.deepEqual([answered.activeElement, here.$navs[0].stood], [null, null])
})
