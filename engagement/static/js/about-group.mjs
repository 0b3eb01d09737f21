// Shows, once a group is chosen, what it is owed and who speaks for it.

/** The address of what there is to know of a choice; null for a resident or a new group. */
export function addressOf(value) {
  return /^[0-9]+$/.test(value) ? `/engagements/about-group?group=${value}` : null
}

export class AboutGroup {
  static moduleName = 'diary-about-group'

  constructor($root, { ask = (...asked) => fetch(...asked) } = {}) {
    this.$root = $root
    this.ask = ask
    this.turn = 0
    $root.closest('form').addEventListener('change', (event) => {
      if (event.target.name === 'group') return this.choose(event.target.value)
    })
  }

  async choose(value) {
    const turn = ++this.turn
    const address = addressOf(value)
    if (address === null) return this.$root.replaceChildren()
    try {
      const answer = await this.ask(address)
      if (answer.ok && turn === this.turn) this.$root.innerHTML = await answer.text()
    } catch {
      // without a signal the entry is saved without it
    }
  }
}
