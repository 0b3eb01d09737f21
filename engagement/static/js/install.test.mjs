// The worker is registered once for the whole diary, and a browser that will not have it is left in peace.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { install } from './install.mjs'

test('it is registered at the root, as a module, and never from an old copy', async () => {
  const asked = []
  assert.equal(await install({ container: { register: async (...args) => { asked.push(args); return 'registered' } } }), 'registered')
  assert.deepEqual(asked, [['/service-worker.js', { type: 'module', scope: '/', updateViaCache: 'none' }]])
})

test('a browser without workers, or one that refuses, is no error of the page', async () => {
  const reported = []
  assert.equal(await install({ container: undefined }), null)
  assert.equal(await install({ container: { register: async () => { throw new Error('private window') } }, report: (e) => reported.push(e.message) }), null)
  assert.deepEqual(reported, ['private window'])
})
