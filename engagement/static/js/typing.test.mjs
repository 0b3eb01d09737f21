// What is typed is kept as it is typed, in order, sealed; and what was not saved is offered again to its owner alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { control, formOf, radio } from '../../../tests/offline/form-in-memory.mjs'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { Keep } from './keep.mjs'
import { save } from './outbox.mjs'
import { lockOf, Typing, unfinished } from './typing.mjs'

async function typing(id = 'a') {
  const keep = new Keep(new MemoryShelf())
  await keep.begin(sessionOf(1))
  const $line = control('summary')
  const $form = formOf(control('client_ref', id), radio('group', '12'), $line)
  return { keep, $line, $form, typing: new Typing($form, keep, { id, owner: '1', locks: null, now: () => 5, wait: 1 }) }
}

test('what stands in the form is kept soon after it was typed', async () => {
  const { keep, $line, $form, typing: kept } = await typing()
  for (const text of ['K', 'Ki', 'Kits']) { $line.value = text; $form.tell('input') }
  await new Promise((done) => setTimeout(done, 20))
  await kept.written
  assert.deepEqual(await unfinished(keep, '1', { locks: null }), [{ id: 'a', kept_at: 5, fields: [['summary', 'Kits']], title: 'Kits' }])
  assert.ok(!JSON.stringify(await keep.all('typing')).includes('Kits'))
})

test('who types on and on is kept meanwhile', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { keep, $line, $form, typing: kept } = await typing()
  kept.wait = 300
  for (let letter = 1; letter <= 10; letter++) {
    $line.value = 'x'.repeat(letter)
    $form.tell('input')
    t.mock.timers.tick(100) // no letter is followed by a rest
  }
  await kept.written
  assert.ok((await unfinished(keep, '1', { locks: null }))[0].title.length >= 8)
})

test('a page that is put away writes at once, and the last word stands', async () => {
  const { keep, $line, typing: kept } = await typing()
  $line.value = 'first'
  kept.flush()
  $line.value = 'second'
  await kept.flush()
  assert.equal((await unfinished(keep, '1', { locks: null }))[0].title, 'second')
})

test('an emptied form is forgotten', async () => {
  const { keep, $line, typing: kept } = await typing()
  $line.value = 'x'
  await kept.flush()
  $line.value = ''
  await kept.flush()
  assert.deepEqual(await keep.all('typing'), [])
})

test('nothing is written once it has ended, until it goes on', async () => {
  const { keep, $line, typing: kept } = await typing()
  $line.value = 'half a word'
  kept.flush()
  await kept.end()
  await save(keep, { id: 'a', owner: '1', content: { fields: [] }, kept_at: 6 })
  await kept.flush()
  assert.deepEqual(await keep.all('typing'), [])
  kept.again()
  await kept.flush()
  assert.equal((await keep.all('typing')).length, 1)
})

test('offered is what is nobody else’s, not saved, not open elsewhere and not this page', async () => {
  const { keep, $line, typing: kept } = await typing('mine')
  for (const id of ['mine', 'saved', 'open', 'left']) {
    kept.become(id)
    $line.value = id
    await kept.flush()
  }
  await keep.put('typing', { id: 'theirs', owner: '2', kept_at: 9, box: { iv: new Uint8Array(12), data: new Uint8Array(20) } })
  await keep.put('outbox', { id: 'saved', owner: '1', kept_at: 1, state: 'waiting', box: await keep.seal({}) })
  const locks = { query: async () => ({ held: [{ name: lockOf('open') }] }) }
  assert.deepEqual((await unfinished(keep, '1', { except: 'mine', locks })).map(({ id }) => id), ['left'])
})

test('a full phone costs the page nothing', async () => {
  const { keep, $line, typing: kept } = await typing()
  const warn = console.warn
  console.warn = () => {}
  keep.shelf.full = true
  $line.value = 'x'
  await kept.flush()
  keep.shelf.full = false
  await kept.flush()
  console.warn = warn
  assert.equal((await keep.all('typing')).length, 1)
})
