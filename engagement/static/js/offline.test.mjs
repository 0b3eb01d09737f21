// Which page of the patch each behaviour draws, and of which group.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behaviours, groupOf, OfflineGroup } from './offline.mjs'

test('each page without a signal has its behaviour, and every one asks after a call', () => {
  assert.deepEqual(behaviours.map(({ moduleName }) => moduleName), ['diary-rang', 'diary-offline-shift', 'diary-offline-patch', 'diary-offline-group'])
})

test('a group is known by its address', () => {
  assert.equal(groupOf({ pathname: '/groups/12', search: '' }), '12')
  assert.equal(groupOf({ pathname: '/offline/group', search: '?group=7' }), '7')
  assert.equal(groupOf({ pathname: '/groups/12/edit', search: '' }), null)
})

const GROUP = { id: '7', name: 'Stroke Club', standing: 'not_due', standing_words: 'not due', owed: [], promises: [], concerns: [], contact: null }

/** A group's page on which what is put is noted; `record` keeps that it was opened. */
function groupPage(record) {
  const $heading = { textContent: 'Group' }
  globalThis.document = { title: 'Group - Diary', querySelector: () => $heading }
  const page = Object.assign(Object.create(OfflineGroup.prototype), { where: { pathname: '/groups/7', search: '' }, kinds: {}, pack: { groups: [GROUP], neighbourhoods: [] }, record, shown: [] })
  page.put = (facts, name = 'view') => page.shown.push(name === 'view' ? facts.name : name)
  return page
}

test('a group is shown once it is kept that it was opened', async () => {
  const asked = []
  const page = groupPage(async (...what) => { asked.push([...what, page.shown.length]); return true })
  await page.draw()
  assert.deepEqual([asked, page.shown, document.title], [[['group', '7', 0]], ['Stroke Club'], 'Stroke Club - Diary'])
})

test('where that cannot be kept, nothing of it is shown', async () => {
  for (const record of [async () => { throw new DOMException('full', 'QuotaExceededError') }, async () => false]) {
    const page = groupPage(record)
    await page.draw()
    assert.deepEqual([page.shown, document.title], [['full'], 'Group - Diary'])
  }
})

test('a pack that was hidden in the meantime is not drawn after that', async () => {
  const page = groupPage(async () => { page.pack = null; return true })
  await page.draw()
  assert.deepEqual(page.shown, [])
})
