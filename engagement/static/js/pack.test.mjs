// What the pack promises: sealed, asked for again without being sent again, gone when it must go, and the outbox untouched.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { Keep } from './keep.mjs'
import { carryPack, readPack, recordOpening, refreshPack, stateOfPack } from './pack.mjs'

const HOUR = 3_600_000
const NOW = Date.parse('2026-11-24T14:05:00Z')

const packOf = (account, more = {}) => ({ account: String(account), made_at: '2026-11-24T14:00:00+00:00', expires_at: '2026-11-25T02:00:00+00:00', groups: [{ id: '7', name: 'Stroke Club' }], ...more })

/** A phone, and a service that answers as it is told; `asked` are the headers of each question. */
async function phone(account = 3) {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(account))
  const asked = []
  const world = { keep, asked, at: NOW, answer: { status: 200, pack: packOf(account), etag: 'W/"1"' } }
  const fetch = async (address, { headers }) => {
    assert.equal(address, '/api/patch')
    asked.push(headers)
    if (world.answer === null) throw new TypeError('no signal')
    const { status, pack, etag, reason } = world.answer
    return { status, headers: { get: (name) => (name === 'ETag' ? etag : null) }, json: async () => pack ?? { reason } }
  }
  world.refresh = (more = {}) => refreshPack({ keep, fetch, now: () => world.at, locks: null, ...more })
  world.state = () => stateOfPack({ keep, now: () => world.at })
  return world
}

test('it is stored sealed, and read again', async () => {
  const { keep, refresh, state } = await phone()
  assert.deepEqual(await state(), { is: 'none' })
  assert.equal(await refresh(), 'new')
  const row = await keep.get('pack', 'patch')
  assert.ok(!Buffer.from(row.box.data).toString('latin1').includes('Stroke'))
  assert.deepEqual(Object.keys(row).sort(), ['box', 'etag', 'expires_at', 'id', 'kept_at', 'owner'])
  const found = await state()
  assert.deepEqual([found.is, found.at, found.pack.groups[0].name], ['here', NOW, 'Stroke Club'])
})

test('ten minutes it rests, unless an entry was saved; then it asks whether anything changed', async () => {
  const world = await phone()
  await world.refresh()
  world.at += 9 * 60_000
  assert.equal(await world.refresh(), 'rested')
  world.answer = { status: 304 }
  assert.equal(await world.refresh({ anyway: true }), 'same')
  world.at += 11 * 60_000
  assert.equal(await world.refresh(), 'same')
  assert.deepEqual(world.asked.map((headers) => headers['If-None-Match']), [undefined, 'W/"1"', 'W/"1"'])
  assert.equal((await world.state()).at, world.at) // what has not changed is as old as the last time that was said
})

test('unchanged for a day, it still lasts a shift from the last time it was confirmed', async () => {
  const world = await phone()
  await world.refresh()
  world.answer = { status: 304 }
  for (let i = 0; i < 3; i += 1) {
    world.at += 11 * HOUR
    assert.equal(await world.refresh(), 'same')
  }
  world.at += 12 * HOUR
  assert.equal((await world.state()).is, 'expired')
})

test('expired: what it said is thrown away, the outbox is not, and it is fetched whole again', async () => {
  const world = await phone()
  await world.refresh()
  await world.keep.put('outbox', { id: 'e1', owner: '3', client_ref: 'e1', kept_at: NOW, state: 'waiting', box: await world.keep.seal('words') })
  world.at += 12 * HOUR - 1
  assert.equal((await world.state()).is, 'here')
  world.at += 1
  assert.deepEqual(await world.state(), { is: 'expired', at: NOW })
  assert.equal((await world.keep.get('pack', 'patch')).box, undefined)
  assert.equal(await readPack({ keep: world.keep, now: () => NOW }), null) // a clock that is set back does not bring it back
  assert.equal((await world.keep.all('outbox')).length, 1)
  assert.equal(await world.refresh(), 'new')
  assert.equal(world.asked.at(-1)['If-None-Match'], undefined)
})

test('a clock set back hides it: nobody can say how old it is', async () => {
  const world = await phone()
  await world.refresh()
  world.at -= 4 * 60_000
  assert.equal((await world.state()).is, 'here')
  world.at -= 24 * HOUR
  assert.equal((await world.state()).is, 'expired')
})

test('no signal, a busy service, a session that ended: the pack stays as it is', async () => {
  const world = await phone()
  await world.refresh()
  world.at += HOUR
  for (const answer of [null, { status: 500 }, { status: 503 }, { status: 401, reason: 'signed_out' }]) {
    world.answer = answer
    assert.equal(await world.refresh(), 'silent')
    assert.equal((await world.state()).is, 'here')
  }
})

test('disabled, or no reader of the diary any more: it is wiped at the next contact', async () => {
  for (const answer of [{ status: 401, reason: 'disabled' }, { status: 404 }, { status: 403 }]) {
    const world = await phone()
    await world.refresh()
    world.at += HOUR
    world.answer = answer
    assert.equal(await world.refresh(), 'gone')
    assert.deepEqual(await world.state(), { is: 'none' })
    assert.equal(world.asked.at(-1)['X-Hand-In'], 'hand-in of 3')
  }
})

test('sign-out and another account leave nothing of it; the pack of another is not taken', async () => {
  const world = await phone()
  await world.refresh()
  await world.keep.forget('3')
  assert.equal(await world.keep.get('pack', 'patch'), undefined)
  assert.equal(await world.refresh(), 'nobody')
  await world.keep.begin(sessionOf(3))
  await world.refresh()
  await world.keep.begin(sessionOf(4))
  assert.equal(await world.keep.get('pack', 'patch'), undefined)
  assert.equal(await world.refresh(), 'silent') // it still answers as account 3
  assert.deepEqual(await world.state(), { is: 'none' })
})

test('an opening is kept sealed, with whose it was and when', async () => {
  const { keep } = await phone()
  assert.equal(await recordOpening('group', 12, { keep, now: () => NOW }), true)
  const [row] = await keep.all('views', '3')
  assert.deepEqual(await keep.unseal(row.box), { entity: 'group', id: '12', at: '2026-11-24T14:05:00.000Z' })
  await keep.forget()
  assert.equal(await recordOpening('group', 13, { keep, now: () => NOW }), false) // nobody is signed in: nothing could be shown either
  assert.equal((await keep.all('views')).length, 1)
})

test('it is fetched at once, then online, on becoming visible, and after an entry', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const heard = {}
  const listen = (name, hear) => { heard[name] = hear }
  const page = { addEventListener: listen, visibilityState: 'visible' }
  const window = { matchMedia: () => ({ matches: true }), addEventListener: listen, BroadcastChannel: class { addEventListener(_name, hear) { heard.channel = hear } } }
  const asked = []
  await carryPack({ refresh: async (how) => { asked.push(how?.anyway ?? false) }, page, window })
  heard.online()
  heard.visibilitychange()
  heard.channel()
  heard.channel()
  t.mock.timers.tick(2000)
  assert.deepEqual(asked, [false, false, false, true])
  await carryPack({ changed: true, refresh: async (how) => { asked.push(how?.anyway ?? false) }, page, window })
  assert.equal(asked.at(-1), true)
  assert.equal(await carryPack({ refresh: () => assert.fail('a desk carries nothing'), page, window: { ...window, matchMedia: () => ({ matches: false }) } }), 'rested')
})
