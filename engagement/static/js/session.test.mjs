// What asking who is signed in promises: in, out or silent, and never an error.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askSession } from './session.mjs'

const answer = (status, body) => async () => ({ status, json: async () => { if (body === undefined) throw new SyntaxError('no JSON'); return body } })

test('in, out, and out for good', async () => {
  assert.deepEqual(await askSession({ fetch: answer(200, { account: '1' }) }), { is: 'in', session: { account: '1' } })
  assert.deepEqual(await askSession({ fetch: answer(401, { reason: 'signed_out' }) }), { is: 'out', disabled: false })
  assert.deepEqual(await askSession({ fetch: answer(401) }), { is: 'out', disabled: false })
  assert.deepEqual(await askSession({ fetch: answer(401, { reason: 'disabled' }) }), { is: 'out', disabled: true })
})

test('no signal, a fault of the service, and what is no answer of ours are silence', async () => {
  for (const fetch of [async () => { throw new TypeError('no signal') }, answer(500), answer(503), answer(200)]) {
    assert.deepEqual(await askSession({ fetch }), { is: 'silent' })
  }
})

test('it waits no longer than it says, and follows nobody elsewhere', async () => {
  const hangs = (_address, options) => new Promise((_done, fail) => {
    assert.equal(options.redirect, 'error')
    options.signal.addEventListener('abort', () => fail(options.signal.reason))
  })
  const awake = setTimeout(() => {}, 5000) // such a timeout alone does not keep a process waiting
  assert.deepEqual(await askSession({ fetch: hangs, patience: 10 }), { is: 'silent' })
  clearTimeout(awake)
})

test('a phone says by which sign-in it was last used', async () => {
  const asked = []
  await askSession({ fetch: async (_address, options) => { asked.push(options.headers); return { status: 500 } }, hand_in: 'token' })
  assert.equal(asked[0]['X-Hand-In'], 'token')
})

test('by the answer it knows how wrong the clock of this device is', async () => {
  const headers = new Headers({ Date: new Date(Date.now() + 86_400_000).toUTCString() })
  const { offset } = await askSession({ fetch: async () => ({ status: 200, headers, json: async () => ({}) }) })
  assert.ok(Math.abs(offset - 86_400_000) < 5000, String(offset))
})
