// The script of the log page: begins its behaviours. The page does all of its work without them.
import { AboutGroup } from './about-group.mjs'
import { begin } from './begin.mjs'
import { GroupSearch } from './group-search.mjs'
import { LineList } from './line-list.mjs'
import { Saving } from './saving.mjs'
import { WhenSaid } from './when-said.mjs'

export const behaviours = [GroupSearch, AboutGroup, LineList, WhenSaid, Saving]

if (typeof document !== 'undefined') begin(document, behaviours)
