// Signing out: what waits is sent if it can be, the key goes in every case, and the entries stay.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryShelf, sessionOf } from '../../../tests/offline/memory-shelf.mjs'
import { Keep } from './keep.mjs'
import { save } from './outbox.mjs'
import { leave, onSignOut } from './sign-out.mjs'

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

test('the form goes on its way afterwards', async () => {
  const keep = await phone()
  let submit
  const $form = { addEventListener: (_name, hear) => { submit = hear }, submit() { this.sent = true } }
  onSignOut({ querySelectorAll: () => [$form] }, { current: () => keep.current(), forget: () => keep.forget(), all: async () => { throw new Error('cut') } })
  await submit({ preventDefault() {} })
  assert.equal($form.sent, true)
  assert.equal(await keep.current(), null)
})
