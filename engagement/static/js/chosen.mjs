// Counts the rows that were chosen, so that the bar says how many a decision is about.

/** A <form data-module="diary-chosen"> with tick boxes; its [data-chosen] says "2 chosen" instead of its first words. */
export class Chosen {
  static moduleName = 'diary-chosen'

  /** @param {HTMLFormElement} $root */
  constructor($root) {
    this.boxes = [...$root.querySelectorAll('input[type="checkbox"]')]
    this.bar = $root.querySelector('[data-chosen]')
    if (!this.bar) throw new Error('no bar to say how many')
    this.first = this.bar.textContent
    this.bar.setAttribute('role', 'status')
    $root.addEventListener('change', () => this.say())
    this.say() // coming back to the page, the browser may have kept the ticks
  }

  say() {
    const number = this.boxes.filter((box) => box.checked).length
    this.bar.textContent = number ? `${number} ${this.bar.getAttribute('data-chosen')}:` : this.first
  }
}
