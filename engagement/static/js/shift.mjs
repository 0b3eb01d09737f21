// The script of the shift page: begins its behaviours. The page does all of its work without them.
import { begin } from './begin.mjs'
import { Near } from './near.mjs'
import { Rang } from './rang.mjs'

export const behaviours = [Rang, Near]

if (typeof document !== 'undefined') begin(document, behaviours)
