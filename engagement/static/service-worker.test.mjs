// What the worker promises: which shell stands in for which page, how long the network is waited for, and what it throws away.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mender, nobodyThere, outdated, page, shellOf, wake } from './service-worker.mjs'

const PAGES = [['^/engagements/new$', '/offline/log'], ['^/$', '/offline/shift'], ['^/groups/[0-9]+$', '/offline/group']]
const never = new Promise(() => {})
const at_once = async () => null

test('a page has the shell of its address, or none', () => {
  assert.equal(shellOf('/engagements/new', PAGES), '/offline/log')
  assert.equal(shellOf('/groups/12', PAGES), '/offline/group')
  assert.equal(shellOf('/groups/12/edit', PAGES), null)
})

test('what the network says is shown, a refusal too', async () => {
  for (const status of [200, 404, 500, 503]) {
    assert.equal((await page({ network: Promise.resolve({ status }), shell: () => assert.fail('no shell is asked for'), wait: () => never })).status, status)
  }
})

test('no network, nobody behind it, or too long: the shell', async () => {
  const shell = async () => 'shell'
  assert.equal(await page({ network: Promise.reject(new TypeError('no signal')), shell }), 'shell')
  assert.equal(await page({ network: Promise.resolve({ status: 502 }), shell }), 'shell')
  assert.equal(await page({ network: never, shell, wait: at_once }), 'shell')
  assert.ok(nobodyThere({ status: 504 }) && !nobodyThere({ status: 503 }))
})

test('a page without a shell of its own is waited for', async () => {
  const slow = new Promise((done) => setTimeout(done, 20, { status: 200 }))
  assert.equal((await page({ network: slow, shell: async () => 'shell', patience: null, wait: at_once })).status, 200)
})

test('where there is no shell either, the network has the last word', async () => {
  assert.equal((await page({ network: Promise.resolve({ status: 502 }), shell: async () => undefined })).status, 502)
  await assert.rejects(page({ network: Promise.reject(new TypeError('no signal')), shell: async () => undefined }), TypeError)
})

test('of the caches its own and the one before it stay, and those of others', () => {
  assert.deepEqual(outdated(['diary-1', 'other', 'diary-2', 'diary-3'], 'diary-3'), ['diary-1'])
  assert.deepEqual(outdated(['diary-3'], 'diary-3'), [])
})

test('woken for sending, it tells the pages, and sends by itself only where none is seen', async () => {
  const done = []
  const page = (visibilityState) => ({ visibilityState, postMessage: ({ type }) => done.push(`${visibilityState} ${type}`) })
  const clients = (...pages) => ({ matchAll: async () => pages })
  const alone = async () => done.push('alone')
  await wake(clients(page('visible'), page('hidden')), alone)
  assert.deepEqual(done.splice(0), ['visible diary-send', 'hidden diary-send'])
  await wake(clients(page('hidden')), alone)
  assert.deepEqual(done.splice(0), ['hidden diary-send', 'alone'])
  await wake(clients(), alone)
  assert.deepEqual(done, ['alone'])
  await assert.rejects(wake(clients(), async () => { throw new Error('no signal yet') }), /no signal/)
})

test('what the phone threw away of the app is put back, once however many pages ask, and again after a failure', async () => {
  const there = new Set(['a', 'b'])
  let signal = true
  let fills = 0
  const fill = async () => {
    if (!signal) throw new TypeError('no signal')
    fills += 1
    there.add('a').add('b')
  }
  const mend = mender({ there: async () => there.size === 2, fill })
  await mend()
  assert.equal(fills, 0)
  there.clear()
  signal = false
  await mend()
  signal = true
  await Promise.all([mend(), mend()])
  await mend()
  assert.equal(fills, 1)
  there.delete('a')
  await mend()
  assert.equal(fills, 2)
})
