// Signing out: what waits is sent if it can be, the key goes in every case, and the entries stay.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { nobodyOwed } from './alone.mjs'
import { Keep } from './keep.mjs'
import { save } from './outbox.mjs'
import { send } from './sending.mjs'
import { askSession } from './session.mjs'
import { leave, lock, onSignOut } from './sign-out.mjs'

async function phone() {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  await save(keep, { id: 'a', owner: '1', content: { fields: [] }, kept_at: 1 })
  return keep
}

for (const [what, sendNow] of Object.entries({
  'sending fails': async () => { throw new Error('cut') },
  'sending hangs': () => new Promise(() => {}),
})) {
  test(`${what}: the key goes, the entry stays`, async () => {
    const keep = await phone()
    await leave(keep, { sendNow, wait: async () => {} })
    assert.equal(await keep.current(), null)
    assert.equal((await keep.all('outbox')).length, 1)
  })
}

/** A page with the form, and with what the service says to each question; answers what its officer sees at last. */
async function signedOut(keep, ...says) {
  let submit
  const [posted, seen] = [[], []]
  const channel = new BroadcastChannel('diary-outbox')
  const told = new Promise((done) => { channel.onmessage = ({ data }) => data.locked && done(seen.push('locked')) })
  const $form = { addEventListener: (_name, hear) => { submit = hear }, submit: () => seen.push('posted') }
  globalThis.location = { assign: (address) => seen.push(address) }
  globalThis.fetch = async (address, { headers }) => { if (address === '/sign-out') posted.push([address, headers['X-CSRFToken']]) }
  onSignOut({ querySelector: () => null, querySelectorAll: () => [$form] }, keep, async () => says.shift())
  await submit({ preventDefault() {} })
  if (!seen.length) await told
  channel.close()
  assert.equal(await keep.current(), null)
  return [seen, posted]
}

const [IN, OUT, SILENT] = [{ is: 'in', session: sessionOf(1) }, { is: 'out' }, { is: 'silent' }]

test('with a signal the session is ended by its own token, and the sign-in page opens', async () => {
  assert.deepEqual(await signedOut(await phone(), IN, OUT), [['/sign-in'], [['/sign-out', 'token of 1']]])
})

test('without one every page of the phone goes, and the mark stays until the service knows', async () => {
  for (const says of [[SILENT], [IN, SILENT], [IN, IN]]) {
    const keep = await phone()
    assert.deepEqual((await signedOut(keep, ...says))[0], ['locked'])
    assert.equal((await keep.owed()).account, '1')
    assert.deepEqual(await keep.nobody(), { left: 'Officer 1', n: 1, one: true, many: false, lost: false })
  }
})

test('somebody else is signed in by now: nothing of theirs is ended unasked, the form goes on its way', async () => {
  assert.deepEqual(await signedOut(await phone(), { is: 'in', session: sessionOf(2) }), [['posted'], []])
})

test('a page without a signal signs out at once, with nothing sent', async () => {
  const keep = await phone()
  await lock(keep)
  assert.deepEqual([await keep.current(), (await keep.owed()).account, (await keep.all('outbox')).length], [null, '1', 1])
})

// ---- what is owed to the service afterwards

/** A service whose cookie is still of the first officer, until it is told; `lost` is the number of the request that gets no answer. */
function service({ account = 1, lost = 0 } = {}) {
  const asked = []
  let session = true
  const fetch = async (address, options = {}) => {
    asked.push(`${options.method ?? 'GET'} ${address}`)
    if (asked.length === lost) throw new TypeError('no signal')
    if (address === '/sign-out' && options.headers['X-CSRFToken'] === `token of ${account}`) session = false
    return { status: session ? 200 : 401, json: async () => (session ? sessionOf(account) : { reason: 'signed_out' }) }
  }
  return { asked, fetch, ask: () => askSession({ fetch }) }
}

const sendBy = (keep, { fetch, ask }) => send(keep, { fetch, ask, locks: null })

test('the first thing that is sent is the signing out, and then nothing in that name; nobody has a key before', async () => {
  const keep = await phone()
  await lock(keep)
  assert.equal(await keep.begin(sessionOf(1)), false)
  const there = service()
  assert.deepEqual(await sendBy(keep, there), { is: 'out', kept: 0 })
  assert.deepEqual(there.asked, ['GET /api/session', 'POST /sign-out', 'GET /api/session'])
  assert.deepEqual([await keep.owed(), await keep.current(), (await keep.all('outbox')).length], [null, null, 1])
  assert.equal(await keep.begin(sessionOf(1)), true) // signed in again
})

test('wherever the signal is lost, it is still owed, and nothing is sent before', async () => {
  for (const lost of [1, 2, 3]) {
    const keep = await phone()
    await lock(keep)
    const there = service({ lost })
    assert.equal((await sendBy(keep, there)).is, 'silent')
    assert.deepEqual([(await keep.owed()).account, await keep.current()], ['1', null])
    assert.equal((await sendBy(keep, there)).is, 'out')
    assert.equal(await keep.owed(), null)
    assert.ok(there.asked.every((one) => /\/api\/session$|\/sign-out$/.test(one)), there.asked)
  }
})

test('another officer who has signed in meanwhile stays signed in, and sends their own alone', async () => {
  const keep = await phone()
  await lock(keep)
  const there = service({ account: 2 })
  await sendBy(keep, there)
  assert.deepEqual([await keep.owed(), (await keep.current()).account], [null, '2'])
  assert.ok(!there.asked.includes('POST /sign-out'))
  assert.equal((await keep.all('outbox', '1')).length, 1)
})

test('a phone that is full is signed out all the same, and the service is told first', async () => {
  const keep = await phone()
  keep.shelf.full = true
  await lock(keep)
  assert.deepEqual([await keep.current(), (await keep.owed()).account], [null, '1'])
  const there = service()
  await sendBy(keep, there)
  assert.deepEqual([there.asked[1], await keep.owed()], ['POST /sign-out', null])
})

test('the worker opens no page of theirs before it is done', async () => {
  const keep = await phone()
  const open = async () => keep
  const free = (ask) => nobodyOwed({ open, ask })
  assert.equal(await free(async () => assert.fail('nothing is owed, nobody is asked')), true)
  await lock(keep)
  assert.equal(await free(async () => SILENT), false)
  assert.equal(await free(async () => OUT), true)
  assert.equal(await nobodyOwed({ open: async () => { throw new Error('nothing can be kept') } }), true)
})

test('who signs out while the service is told of another’s signing out is owed still', async () => {
  const keep = await phone()
  await lock(keep)
  const owed = await keep.owed()
  await keep.told(owed)
  await keep.begin(sessionOf(1))
  await lock(keep)
  await keep.told(owed)
  assert.equal((await keep.owed()).account, '1')
})
