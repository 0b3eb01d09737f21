// The log page writes it and the page of what is not for the diary reads it: one name, in one place.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CAME_FROM } from './came-from.mjs'

test('both pages take the name from here', () => {
  for (const name of ['saving.mjs', 'elsewhere.mjs']) {
    const text = readFileSync(new URL(name, import.meta.url), 'utf8')
    assert.ok(text.includes("import { CAME_FROM } from './came-from.mjs'") && !text.includes(`'${CAME_FROM}'`), name)
  }
})
