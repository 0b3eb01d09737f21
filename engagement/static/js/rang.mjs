// Coming back from a tap-to-call, offers what came of it: "You rang the clerk: Spoke / No answer / Message".

const KEPT_AS = 'diary-rang'
const LONGEST = 2 * 60 * 60 * 1000 // after two hours nobody wants to be asked

/** What was rung, as it is kept on this phone until the question is answered; `by` is the account, where the page says it. */
export function note(id, whom, at, by = null) {
  return JSON.stringify({ id, whom, at, by })
}

/** The call to ask about, or null where there is none, it is too long ago, or it was another officer's. */
export function toAsk(kept, now, account = null) {
  try {
    const call = JSON.parse(kept)
    const mine = !call.by || !account || call.by === account
    return /^[0-9]+$/.test(call.id) && now - call.at < LONGEST && mine ? call : null
  } catch {
    return null
  }
}

/** The three answers: each leads to the log form with everything but the line filled in. */
export function answers(call, words) {
  return [['spoke', words.spoke], ['no_answer', words.noAnswer], ['message_left', words.message]].map(([outcome, label]) => ({
    href: `/engagements/new?group=${call.id}&kind=phone&outcome=${outcome}`,
    label,
  }))
}

export class Rang {
  static moduleName = 'diary-rang'

  constructor($root) {
    this.$root = $root
    this.account = document.body.dataset.account ?? null // a page that is drawn without a signal is nobody's
    document.addEventListener('click', (event) => {
      const $call = event.target.closest('[data-rang]')
      if ($call) sessionStorage.setItem(KEPT_AS, note($call.dataset.rang, $call.dataset.whom, Date.now(), this.account))
    })
    document.querySelector('form[action="/sign-out"]')?.addEventListener('submit', () => this.done())
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.ask()
    })
    this.ask()
  }

  done() {
    sessionStorage.removeItem(KEPT_AS)
  }

  ask() {
    const call = toAsk(sessionStorage.getItem(KEPT_AS), Date.now(), this.account)
    if (call === null) return this.$root.replaceChildren()
    const $words = Object.assign(document.createElement('p'), { className: 'govuk-body', textContent: this.$root.dataset.ask.replace('{name}', () => call.whom) })
    const $answers = Object.assign(document.createElement('div'), { className: 'diary-actions' })
    for (const { href, label } of answers(call, this.$root.dataset)) {
      const $link = Object.assign(document.createElement('a'), { className: 'diary-action', href, textContent: label })
      $link.addEventListener('click', () => this.done())
      $answers.append($link)
    }
    const $nothing = Object.assign(document.createElement('button'), { type: 'button', className: 'diary-action', textContent: this.$root.dataset.nothing })
    $nothing.addEventListener('click', () => {
      this.done()
      this.$root.replaceChildren()
    })
    $answers.append($nothing)
    const $notice = Object.assign(document.createElement('div'), { className: 'diary-notice' })
    $notice.append($words, $answers)
    this.$root.replaceChildren($notice)
  }
}
