// The script of a page on which people are reached in one tap: after a call it asks what came of it.
import { begin } from './begin.mjs'
import { Rang } from './rang.mjs'

export const behaviours = [Rang]

if (typeof document !== 'undefined') begin(document, behaviours)
