// Saves an entry of the log form: on this device first, then on the record; so that nothing between the two can lose it.
//
// With a signal the ordinary form is posted, for its answers: its page "On the record" is the receipt that empties the
// outbox. Without one the entry waits and js/sending.mjs sends it. Either way its reference makes it one entry.
import { CAME_FROM, refToMend } from './came-from.mjs'
import { hold } from './claims.mjs'
import { fieldsOf, linesNeeded, put, titleOf } from './fields.mjs'
import { fill } from './fill.mjs'
import { openKeep } from './keep.mjs'
import { LineList } from './line-list.mjs'
import { claim, forget, goesByItself, mark, save, unsave } from './outbox.mjs'
import { clear, show } from './refusals.mjs'
import { askSession } from './session.mjs'
import { saidAgo } from './said-ago.mjs'
import { askedOf } from './sending.mjs'
import { Typing, unfinished } from './typing.mjs'

const PATIENCE = 4000 // milliseconds
const GIVE_UP = 30_000 // milliseconds after which a post that went nowhere may be tried again
const FIELDS = { group: 'group_name' } // what the service calls a field, and this form otherwise

export class Saving {
  static moduleName = 'diary-saving'

  /** @param {HTMLFormElement} $form */
  constructor($form, { open = openKeep, ask = askSession, locks = globalThis.navigator?.locks, now = Date.now } = {}) {
    this.$device = document.querySelector('[data-device]')
    if (!this.$device) throw new Error('no words to say')
    Object.assign(this, { $form, ask, locks, now, busy: false, shell: !document.body.dataset.account })
    this.sentences = JSON.parse(this.$device.dataset.sentences)
    const $ref = $form.elements.client_ref
    $ref.value ||= crypto.randomUUID()
    this.ref = $ref.value
    $form.addEventListener('submit', (event) => this.submit(event))
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && this.typing?.flush())
    $form.addEventListener('input', () => { this.rules(); this.checks() }, { once: true })
    this.ready = open().then((keep) => this.begin(keep)).catch((error) => console.warn(error)) // nothing can be kept: the form does its work alone
  }

  async begin(keep) {
    const known = (await keep.current())?.account ?? null
    const owner = document.body.dataset.account ?? known
    if (owner === null) return this.nobody(keep)
    if (known !== owner) await askedOf(keep, this.ask) // just signed in: what they wrote before is sealed under it
    Object.assign(this, { keep, owner, offset: (await keep.noted('clock')) ?? 0 })
    this.typing = new Typing(this.$form, keep, { id: this.ref, owner, locks: this.locks })
    const mend = refToMend(location.hash)
    if (mend) await this.mend(mend)
    else if (this.$form.hasAttribute('data-mending')) await this.mending()
    const { was } = this.$form.dataset
    if (was) await forget(keep, was) // its words are on this page, and kept by now, under a reference of their own
    new BroadcastChannel('diary-outbox').addEventListener('message', ({ data }) => data?.out === this.ref && this.empty())
    await this.offer()
    for (const $link of document.querySelectorAll('[data-elsewhere]')) {
      $link.addEventListener('click', () => {
        $link.hash = this.ref
        sessionStorage.setItem(CAME_FROM, this.ref)
      })
    }
  }

  /** Nothing that is typed here could be kept: the form is put away rather than pretend. */
  async nobody(keep = null) {
    this.$form.hidden = true
    this.say('nobody', keep ? await keep.nobody() : {})
  }

  /** This page says what is to be mended: until that is done, the entry is not sent by itself. */
  async mending() {
    await mark(this.keep, this.ref, 'mending', await this.content())
    await this.typing.flush()
  }

  async content() {
    const fields = fieldsOf(this.$form)
    return { fields, title: titleOf(this.$form, fields) }
  }

  // ---- what was begun before

  /** Opens an entry of the outbox again, with what the service said of it; from now on it is not sent before it is saved again. */
  async mend(id) {
    const here = await claim(this.keep, id, this.owner, this.locks).catch(() => null)
    if (!here) return this.notBack(here)
    const row = await this.keep.get('outbox', id)
    const content = row?.owner === this.owner ? await this.keep.unseal(row.box).catch(() => null) : null
    if (content === null) return
    const typed = await this.keep.get('typing', id) // what was mended of it and not saved is newer
    this.fillIn(id, { ...content, ...(typed && (await this.keep.unseal(typed.box).catch(() => null))) })
    const { receipt } = content
    if (receipt) show(this.$form, this.$device, [{ field: FIELDS[receipt.field] ?? receipt.field, sentence: receipt.reason || this.sentences.refused }])
  }

  /** Offers what was being written here and was not saved; it never takes the place of what a link filled in by itself. */
  async offer() {
    const $offers = this.$device.querySelector('[data-offers]')
    for (const one of await unfinished(this.keep, this.owner, { except: this.ref, locks: this.locks })) {
      const [$notice] = fill(this.$device.querySelector('[data-offer]'), { title: one.title, when: saidAgo(one.kept_at, this.now()) })
      const answer = (selector, act) => $notice.querySelector(selector).addEventListener('click', () => { $notice.remove(); act() })
      answer('[data-go-on]', () => { this.fillIn(one.id, one); this.typing.flush() })
      answer('[data-throw-away]', () => this.keep.remove('typing', one.id))
      $offers.append($notice)
    }
  }

  fillIn(id, content) {
    const asked = linesNeeded(content.fields)
    for (const [list, count] of Object.entries(asked)) LineList.of(this.$form.querySelector(`[data-lines="${list}"]`))?.grow(count)
    this.$form.dispatchEvent(new CustomEvent('diary-group', { detail: { id: content.fields.find(([name]) => name === 'group')?.[1], title: content.title } }))
    put(this.$form, content.fields)
    this.$form.elements.client_ref.value = this.ref = id
    this.typing.become(id)
    this.$form.querySelector('input[name="group"]:checked')?.dispatchEvent(new Event('change', { bubbles: true }))
  }

  // ---- saving

  async submit(event) {
    const $by = event.submitter
    if ($by?.name === 'do' || event.defaultPrevented) return
    event.preventDefault()
    if (this.busy) return
    this.busy = true
    this.busy = (await this.go($by).catch((error) => { console.warn(error); this.$form.submit() })) === 'posting'
    if (this.busy) setTimeout(() => this.giveUp().catch((error) => console.warn(error)), GIVE_UP)
  }

  /** No answer came to the post: it is left, so that a late one takes nobody's page away, and what is kept here is sent as what waits is sent. */
  async giveUp() {
    this.busy = false
    if (!goesByItself(await this.keep?.get('outbox', this.ref))) return this.release?.()
    stop()
    return this.waits(fieldsOf(this.$form), 'silent')
  }

  async go($by) {
    await this.ready
    if (!this.keep) return this.shell ? this.nobody() : this.post()
    if ($by?.hasAttribute('formaction')) return this.instead($by.formAction)
    const fields = fieldsOf(this.$form)
    const problems = await this.problems(fields)
    if (problems.length) return show(this.$form, this.$device, problems)
    clear(this.$form)
    await this.typing.end()
    this.release?.()
    this.release = await hold(this.ref, { locks: this.locks }) // until the page is gone, what is posted here is sent by nobody else on this device
    if (!(await this.keepIt(fields))) return undefined
    return this.shell ? this.waits(fields, 'silent') : this.onTheRecord(fields)
  }

  /** Another button of the form, such as "Add me to it", chosen instead of this entry: the page that says it was done is its receipt. */
  async instead(address) {
    await this.typing.flush()
    await this.typing.end()
    await mark(this.keep, this.ref, 'mending', null, goesByItself)
    this.$form.action = address
    return this.post()
  }

  /** The table of what free text is read by: asked for once somebody types, so that it is there when they save. */
  rules() {
    const asked = () => Promise.all([import('./wording.mjs'), import('./warning.mjs'), fetch('/offline/wording.json', { signal: AbortSignal.timeout(PATIENCE) })])
    const late = () => new Promise((_done, fail) => setTimeout(fail, PATIENCE, new Error('too slow')))
    this.wording ??= Promise.race([asked(), late()])
      .then(async ([words, shown, answer]) => (answer.ok ? { ...words, ...shown, table: new words.Wording(await answer.json()) } : null))
      .catch(() => { this.wording = null; return null }) // the service reads the words as well
    return this.wording
  }

  /** What the other fields are read by: asked for as early, and as little in the way where it does not come. */
  checks() {
    this.checked ??= import('./checks.mjs').catch(() => { this.checked = null; return { check: () => [] } })
    return this.checked
  }

  /** What is to be mended before it is kept, [{field, sentence}]. */
  async problems(fields) {
    const { check } = await this.checks()
    const found = check(fields, this.now() + this.offset).map(({ field, wrong }) => ({ field, sentence: this.sentences[wrong] }))
    const wording = await this.rules()
    if (wording === null) return found
    const { findings, warned, refused } = await wording.read(wording.table, fields)
    const parts = wording.partsOf(fields)
    wording.warn(this.$form, this.$device, { fields, warned, findings: findings.map((one) => ({ ...one, around: wording.around(parts[one.name], one) })) }, () => this.takeOut())
    return [...found, ...refused.map((one) => ({ field: one.name, sentence: wording.table.sentence(one) }))]
  }

  /** Keeps it on this device; whether that was done. A phone that is full posts at once if it can, and else says so. */
  async keepIt(fields) {
    const content = { fields, title: titleOf(this.$form, fields), typed_at: this.now() }
    const keep = () => save(this.keep, { id: this.ref, owner: this.owner, content, kept_at: this.now(), state: this.shell ? 'waiting' : 'posted' })
    try {
      await keep().catch(async (error) => {
        if (error.name !== 'Locked') throw error
        if ((await askedOf(this.keep, this.ask)).is !== 'in') throw error
        await keep()
      })
      navigator.storage?.persist?.()
      return true
    } catch (error) {
      console.warn(error)
      const asked = await this.ask()
      if (!this.shell && asked.is === 'in' && asked.session.account === this.owner) return this.post(asked.session), false
      this.release?.()
      this.typing.again()
      this.say('full', {})
      return false
    }
  }

  /** Posts the form, once it is known that somebody is there to take it, and in whose name. */
  async onTheRecord(fields) {
    const asked = await this.ask()
    if (asked.is === 'in' && asked.session.account === this.owner) return this.post(asked.session)
    return this.waits(fields, { silent: 'silent', out: 'out', in: 'other' }[asked.is])
  }

  post(session = null) {
    if (session) this.$form.elements.csrf_token.value = session.csrf_token
    this.$form.submit()
    return 'posting'
  }

  // ---- what is said afterwards

  /** It is kept here: says so, and says it again when it has gone. */
  async waits(fields, why) {
    await mark(this.keep, this.ref, 'waiting', null, goesByItself).catch(() => null) // else it is sent a little later
    this.release?.()
    if (refToMend(location.hash)) history.replaceState(null, '', location.pathname + location.search) // it is mended: another look at this page is a new entry
    const title = titleOf(this.$form, fields)
    const tell = (is) => this.say('kept', { title, [is]: true, waits: is !== 'sent' })
    tell(why)
    this.$form.hidden = true
    const channel = new BroadcastChannel('diary-outbox')
    channel.addEventListener('message', async () => {
      const row = await this.keep.get('outbox', this.ref)
      if (this.$form.hidden) tell(!row ? 'sent' : goesByItself(row) ? why : 'mend')
    })
    dispatchEvent(new Event('diary-send'))
  }

  say(name, facts) {
    const $said = this.$device.querySelector('[data-kept-here]')
    $said.replaceChildren(...fill(document.querySelector(`template[data-${name}]`), facts))
    $said.querySelector('[data-take-back]')?.addEventListener('click', () => this.takeBack())
    $said.querySelector('[tabindex]')?.focus()
  }

  /** It cannot be taken back: it has gone, or (null) the phone is full and it waits as it was. */
  notBack(back) {
    if (back === null) this.$form.hidden = true
    this.say(back === null ? 'stays' : 'gone', {})
  }

  /** Back into the form, as if it had not been saved; only what is still on this device. */
  async takeBack() {
    const kept = { id: this.ref, owner: this.owner, content: await this.content(), kept_at: this.now() }
    const back = await unsave(this.keep, kept, this.locks).catch(() => null)
    if (!back) return this.notBack(back)
    this.$form.hidden = false
    this.$device.querySelector('[data-kept-here]').replaceChildren()
    this.typing.again()
    this.$form.elements.summary.focus()
  }

  // ---- wording

  /** It is intelligence: the words leave this phone at once, wherever on it they are. */
  async takeOut() {
    await this.empty()
    await forget(this.keep, this.ref)
    this.typing.again()
    this.say('emptied', {})
  }

  /** Nothing of what was typed stands in this form any more, nor is it kept again. */
  async empty() {
    await this.typing.end()
    const texts = this.$form.querySelectorAll('textarea, input:not([type]), input[type="text"], input[name="warned"]')
    for (const $one of texts) $one.value = ''
    this.$form.querySelector('.diary-wording')?.remove()
    clear(this.$form)
  }
}

