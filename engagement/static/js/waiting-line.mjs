// The line on every page that says what waits on this phone, and its "Send now".
import { countOf } from './outbox.mjs'

const fill = (words, n) => words.replace('{n}', String(n))

/**
 * The words of the line, from what countOf() told: [{text, href?, red?}] in their order; none where nothing waits.
 *
 * @param {{waiting: string, mend: string, other: string, others: string, late: string}} words
 */
export function said({ mine, to_mend, others, late }, words) {
  const line = []
  if (mine - to_mend > 0) line.push({ text: fill(words.waiting, mine - to_mend), href: '/offline/waiting' })
  if (to_mend > 0) line.push({ text: fill(words.mend, to_mend), href: '/offline/waiting' })
  if (late) line.push({ text: words.late, red: true })
  if (others > 0) line.push({ text: others === 1 ? words.other : fill(words.others, others) })
  return line
}

/** A <div data-module="diary-waiting" hidden> with the sentences as its data; `send` is called by its button. */
export class WaitingLine {
  constructor($root, keep, { send, now = Date.now }) {
    Object.assign(this, { $root, keep, now, told: '' })
    this.$words = Object.assign(document.createElement('p'), { className: 'diary-waiting__words' })
    this.$words.setAttribute('role', 'status')
    this.$send = Object.assign(document.createElement('button'), { type: 'button', className: 'diary-waiting__send', textContent: $root.dataset.send })
    this.$send.addEventListener('click', async () => {
      await this.tell($root.dataset.sending)
      await this.after(await send())
    })
    $root.append(this.$words, this.$send)
  }

  async show() {
    this.count = await countOf(this.keep, this.now())
    const line = said(this.count, this.$root.dataset)
    if (!line.length) this.told = ''
    const shown = JSON.stringify([this.told, line])
    if (shown !== this.shown) this.write(line) // what says the same stays: a finger may be on it
    this.shown = shown
    this.$send.hidden = this.count.mine - this.count.to_mend === 0
    this.$root.classList.toggle('diary-waiting--late', this.count.late)
    this.$root.hidden = line.length === 0
  }

  write(line) {
    this.$words.replaceChildren(this.told ? `${this.told} ` : '', ...line.flatMap(({ text, href, red }, i) => {
      const $one = Object.assign(document.createElement(href ? 'a' : 'span'), { textContent: text })
      if (href) $one.href = href
      if (red) $one.className = 'diary-waiting__late'
      return i ? [' · ', $one] : [$one]
    }))
  }

  /** Puts a few words in front of the line, until something else is to be said or nothing waits any more. */
  tell(words) {
    this.told = words
    return this.show()
  }

  /** Says why nothing was sent, where nothing was. */
  after({ is }) {
    return this.tell({ silent: this.$root.dataset.silent, out: this.$root.dataset.out }[is] ?? '')
  }
}
