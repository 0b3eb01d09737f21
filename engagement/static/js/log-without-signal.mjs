// The script of the log page that opens without a signal: its own choices, beside the behaviours of the log page.
import { begin } from './begin.mjs'
import './log.mjs'
import { OfflineLog } from './offline-log.mjs'

if (typeof document !== 'undefined') begin(document, [OfflineLog])
