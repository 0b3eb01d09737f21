// The log page writes it and the page of what is not for the diary reads it: one name, in one place.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CAME_FROM, refToMend } from './came-from.mjs'

test('both pages take the name from here', () => {
  for (const name of ['saving.mjs', 'elsewhere.mjs']) {
    const text = readFileSync(new URL(name, import.meta.url), 'utf8')
    assert.ok(/import \{ CAME_FROM(?:, refToMend)? \} from '.\/came-from.mjs'/.test(text) && !text.includes(`'${CAME_FROM}'`), name)
  }
})

test('an entry is named whole, or not at all', () => {
  const ref = crypto.randomUUID()
  assert.deepEqual([refToMend(`#mend=${ref}`), refToMend(`#mend=${ref}x`), refToMend('#mend=1'), refToMend('')], [ref, undefined, undefined, undefined])
})
