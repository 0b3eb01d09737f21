// Coming back from a tap-to-call, offers what came of it: "You rang the clerk: Spoke / No answer / Message".

const KEPT_AS = 'diary-rang'
const LONGEST = 2 * 60 * 60 * 1000 // after two hours nobody wants to be asked

/** What was rung, as it is kept on this phone until the question is answered. */
export function note(id, whom, at) {
  return JSON.stringify({ id, whom, at })
}

/** The call to ask about, or null where there is none or it is too long ago. */
export function toAsk(kept, now) {
  try {
    const call = JSON.parse(kept)
    return /^[0-9]+$/.test(call.id) && now - call.at < LONGEST ? call : null
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
    document.addEventListener('click', (event) => {
      const $call = event.target.closest('[data-rang]')
      if ($call) sessionStorage.setItem(KEPT_AS, note($call.dataset.rang, $call.dataset.whom, Date.now()))
    })
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.ask()
    })
    this.ask()
  }

  ask() {
    const call = toAsk(sessionStorage.getItem(KEPT_AS), Date.now())
    if (call === null) return this.$root.replaceChildren()
    const $words = Object.assign(document.createElement('p'), { className: 'govuk-body', textContent: this.$root.dataset.ask.replace('{name}', () => call.whom) })
    const $answers = Object.assign(document.createElement('div'), { className: 'diary-actions' })
    for (const { href, label } of answers(call, this.$root.dataset)) {
      const $link = Object.assign(document.createElement('a'), { className: 'diary-action', href, textContent: label })
      $link.addEventListener('click', () => sessionStorage.removeItem(KEPT_AS))
      $answers.append($link)
    }
    const $notice = Object.assign(document.createElement('div'), { className: 'diary-notice' })
    $notice.append($words, $answers)
    this.$root.replaceChildren($notice)
  }
}
