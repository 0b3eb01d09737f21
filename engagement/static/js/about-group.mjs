// Shows, once a group is chosen, what it is owed and who speaks for it.

/** The address of what there is to know of a choice; null for a resident or a new group. */
export function addressOf(value) {
  return /^[0-9]+$/.test(value) ? `/engagements/about-group?group=${value}` : null
}

export class AboutGroup {
  static moduleName = 'diary-about-group'

  constructor($root, { ask = (...asked) => fetch(...asked), without = async (id) => (await import('./offline-log.mjs')).aboutWithout(id) } = {}) {
    this.$root = $root
    this.ask = ask
    this.without = without // what this device carries of it
    this.turn = 0
    $root.closest('form').addEventListener('change', (event) => {
      if (event.target.name === 'group') return this.choose(event.target.value)
    })
  }

  /** What was ticked stays ticked where it is offered again. */
  keepingTicks(change) {
    const $form = this.$root.closest('form')
    const $ticked = [...($form?.querySelectorAll?.('[name="tell"], [name="kept"], [name="contact"]') ?? [])].filter(($one) => $one.checked || $one.type === 'hidden')
    change()
    if ($form?.querySelector?.('#twin')) this.$root.querySelector('[data-twin]')?.remove() // it is asked already
    for (const { name, value } of $ticked) {
      const $offered = this.$root.querySelector(`[name="${name}"][value="${CSS.escape(value)}"]`)
      if ($offered) $offered.checked = true
    }
    for (const $hidden of $ticked) if ($hidden.type === 'hidden') $hidden.remove() // of a group that is not chosen, nothing is told
  }

  async choose(value) {
    const turn = ++this.turn
    for (const $hidden of this.$root.closest('form')?.querySelectorAll?.('input[data-of]') ?? []) if ($hidden.dataset.of !== value) $hidden.remove() // what a link said of another group
    const address = addressOf(value)
    if (address === null) return this.$root.replaceChildren()
    try {
      const answer = await this.ask(address)
      const page = answer.ok ? await answer.text() : null
      if (page !== null && turn === this.turn) this.keepingTicks(() => { this.$root.innerHTML = page })
    } catch {
      const $carried = await this.without(value)
      if (turn === this.turn && $carried.length) this.keepingTicks(() => this.$root.replaceChildren(...$carried))
    }
  }
}
