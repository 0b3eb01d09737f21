// The one script of every page: begins GOV.UK Frontend's behaviours where the browser can carry them.
import { Button, Checkboxes, ErrorSummary, SkipLink } from '../govuk/govuk.mjs'
import { begin } from './begin.mjs'
import { Chosen } from './chosen.mjs'
import { OpenOnDesk } from './open_on_desk.mjs'

if ('noModule' in HTMLScriptElement.prototype) {
  begin(document, [Button, Checkboxes, ErrorSummary, SkipLink, OpenOnDesk, Chosen])
}
