// Says in the folded line "Just now · Ferndown Central · you" what was chosen inside it and above it.

/** The words of the line: when, where and who, of which those that are empty are left out. */
export function said(...words) {
  return words.map((word) => word.trim()).filter(Boolean).join(' · ')
}

/** A <details data-module="diary-when" data-you="you" data-usual="the usual place"> with a [data-said] in its summary. */
export class WhenSaid {
  static moduleName = 'diary-when'

  /** @param {HTMLDetailsElement} $root */
  constructor($root) {
    this.$root = $root
    this.$line = $root.querySelector('[data-said]')
    if (!this.$line) throw new Error('no line to say it in')
    this.form = $root.closest('form')
    this.form.addEventListener('change', (event) => ['group', 'when', 'happened_on', 'neighbourhood', 'for_officer'].includes(event.target.name) && this.say())
  }

  say() {
    const { usual, you } = this.$root.dataset
    const when = this.form.querySelector('[name="when"]:checked')
    const day = this.form.elements.happened_on.value
    const place = this.form.elements.neighbourhood
    const known = /^[0-9]+$/.test(this.form.querySelector('[name="group"]:checked')?.value ?? '')
    const where = place.value ? place.selectedOptions[0].textContent : known ? '' : usual // a group has a place of its own
    const who = this.form.elements.for_officer.value || you
    const whenWords = when ? this.$root.querySelector(`label[for="${when.id}"]`).textContent : ''
    this.$line.textContent = said(when?.value === 'another_day' && day ? day : whenWords, where, who)
  }
}
