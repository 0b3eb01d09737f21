// One lock for each entry: who posts it is left alone, who sends it is waited for, and a browser without locks does as it can.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryLocks } from '../../../tests/offline/memory-shelf.mjs'
import { hold, holdFree, withEntry } from './claims.mjs'

test('held are those that nobody else has, and they are let go of together', async () => {
  const locks = new MemoryLocks()
  const letPageGo = await hold('b', { locks })
  const first = await holdFree(['a', 'b', 'c'], locks)
  assert.deepEqual([...first.held], ['a', 'c'])
  letPageGo()
  const done = []
  const mending = withEntry('a', () => done.push('mended'), locks)
  await new Promise((turn) => setImmediate(turn))
  assert.deepEqual(done, [])
  first.letGo()
  await mending
  assert.deepEqual(done, ['mended'])
  await new Promise((turn) => setImmediate(turn))
  assert.deepEqual([...(await holdFree(['a', 'b', 'c'], locks)).held], ['a', 'b', 'c'])
})

test('a page does not wait for ever for one that sends, and does not keep a lock that comes too late', async () => {
  const locks = new MemoryLocks()
  const { letGo } = await holdFree(['a'], locks)
  const letPageGo = await hold('a', { locks, wait: async () => {} })
  letPageGo()
  letGo()
  let free = false
  await withEntry('a', () => { free = true }, locks)
  assert.equal(free, true)
})

test('without locks everything is free', async () => {
  assert.deepEqual([...(await holdFree(['a'], null)).held], ['a'])
  assert.equal(await withEntry('a', () => 'done', null), 'done')
  ;(await hold('a', { locks: null }))()
})
