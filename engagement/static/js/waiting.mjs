// The page of what waits on this phone: each entry with its state, what the service said of it, and what can be done.
import { begin } from './begin.mjs'
import { fill } from './fill.mjs'
import { openKeep } from './keep.mjs'
import { countOf, goesByItself, throwAway } from './outbox.mjs'
import { saidAgo } from './said-ago.mjs'

const STATES = ['waiting', 'mending', 'needs_work', 'differs']

/** An entry as its card shows it. `asked` is the one that its officer was asked about throwing away. */
export function cardOf({ id, kept_at, state }, content, { asked = null, fault = false, now }) {
  const value = (name) => content.fields?.find(([one]) => one === name)?.[1].trim() ?? ''
  return {
    id,
    title: content.title || value('group_name') || value('summary') || '–',
    when: saidAgo(kept_at, now),
    summary: value('summary') === content.title ? '' : value('summary'),
    reason: content.receipt?.reason ?? '',
    engagement_id: content.engagement_id ?? '',
    to_mend: state === 'mending' || state === 'needs_work',
    asked: asked === id,
    silent: goesByItself({ state }) && !fault,
    refused: goesByItself({ state }) && fault,
    ...Object.fromEntries(STATES.map((one) => [one, one === (goesByItself({ state }) ? 'waiting' : state)])),
  }
}

/** What the page shows, of this device: the entries of who is signed in on it, oldest first, and how many are of others. */
export async function viewOf(keep, { asked = null, gone = false, now }) {
  const me = (await keep.current())?.account ?? null
  const { others, late } = await countOf(keep, now)
  const fault = Boolean(await keep.noted('fault'))
  const rows = me === null ? [] : await keep.all('outbox', me)
  rows.sort((a, b) => a.kept_at - b.kept_at)
  const entries = await Promise.all(rows.map(async (row) => cardOf(row, await keep.unseal(row.box).catch(() => ({})), { asked, fault, now })))
  return {
    ...(me === null && (await keep.nobody())),
    entries,
    nobody: me === null,
    nothing: me !== null && entries.length === 0,
    late,
    gone,
    others,
    one_other: me !== null && others === 1,
    more_others: me !== null && others > 1,
    sendable: entries.some((one) => one.waiting),
  }
}

export class WaitingList {
  static moduleName = 'diary-waiting-list'

  constructor($root, { open = openKeep, now = Date.now } = {}) {
    Object.assign(this, { $root, now, asked: null, gone: false })
    this.$list = $root.querySelector('[data-list]')
    $root.addEventListener('click', (event) => this.click(event))
    this.ready = open().then(async (keep) => {
      this.keep = keep
      new BroadcastChannel('diary-outbox').addEventListener('message', () => this.show())
      await this.show()
    })
  }

  async show() {
    const view = await viewOf(this.keep, { asked: this.asked, gone: this.gone, now: this.now() })
    const shown = JSON.stringify(view)
    if (shown !== this.shown) this.$list.replaceChildren(...fill(this.$root.querySelector('template[data-view]'), view)) // a finger may be on it
    this.shown = shown
  }

  async click(event) {
    const $button = event.target.closest('button')
    if (!$button) return
    const { ask, keep, throw: thrown } = $button.dataset
    if ('send' in $button.dataset) dispatchEvent(new Event('diary-send'))
    if (thrown) {
      this.asked = null
      this.gone = !(await throwAway(this.keep, thrown))
      await this.show()
    } else if (ask || keep) {
      this.asked = ask ?? null
      await this.show()
      this.$list.querySelector(ask ? `[data-keep="${ask}"]` : `[data-ask="${keep}"]`)?.focus()
    }
  }
}

if (typeof document !== 'undefined') begin(document, [WaitingList])
