// Saves an entry of the log form: on this device first, then on the record; so that nothing between the two can lose it.
//
// With a signal the ordinary form is posted (js/posting.mjs), for its answers: its page "On the record" is the receipt that empties
// the outbox. Without one the entry waits and js/sending.mjs sends it. Either way its reference makes it one entry.
import { CAME_FROM, refToMend } from './came-from.mjs'
import { hold } from './claims.mjs'
import { fieldsOf, linesNeeded, put, remember, takeOut, titleOf } from './fields.mjs'
import { fill } from './fill.mjs'
import { openKeep } from './keep.mjs'
import { LineList } from './line-list.mjs'
import { claim, forget, goesByItself, mark, save, unsave } from './outbox.mjs'
import { post, show as showPage } from './posting.mjs'
import { clear, show } from './refusals.mjs'
import { askSession } from './session.mjs'
import { saidAgo } from './said-ago.mjs'
import { askedOf } from './sending.mjs'
import { Typing, unfinished } from './typing.mjs'

const SLOW = 1000 // milliseconds after which the page says that it is at work
const PATIENCE = 4000
const FIELDS = { group: 'group_name' } // what the service calls a field, and this form otherwise

export class Saving {
  static moduleName = 'diary-saving'

  /** @param {HTMLFormElement} $form */
  constructor($form, { open = openKeep, ask = askSession, locks = globalThis.navigator?.locks, now = Date.now } = {}) {
    this.$device = document.querySelector('[data-device]')
    if (!this.$device) throw new Error('no words to say')
    Object.assign(this, { $form, ask, locks, now, busy: false, over: new AbortController(), shell: !document.body.dataset.account })
    this.sentences = JSON.parse(this.$device.dataset.sentences)
    const $ref = $form.elements.client_ref
    $ref.value ||= crypto.randomUUID()
    this.ref = $ref.value
    $form.addEventListener('submit', (event) => this.submit(event))
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && this.typing?.flush(), { signal: this.over.signal })
    $form.addEventListener('input', () => this.reading().then((reading) => reading?.rules()), { once: true })
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
    this.hear(({ data }) => data?.out === this.ref && this.empty())
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

  async submit(event) {
    const $by = event.submitter
    if ($by?.name === 'do' || event.defaultPrevented) return
    event.preventDefault()
    if (this.busy) return
    this.busy = this.$form.inert = true // what is typed now would be in no entry
    const [$said, $seen] = [this.$device.querySelector('[data-saving]'), this.$form.querySelector('.diary-save')]
    const slow = setTimeout(() => { $said.textContent = $seen.dataset.saving = $said.dataset.saving }, SLOW)
    if ($by?.name) remember(this.$form, $by.name, $by.value)
    await this.go($by).catch((error) => { console.warn(error); return this.direct() })
    clearTimeout(slow)
    $said.textContent = $seen.dataset.saving = ''
    this.busy = this.$form.inert = false
  }

  async go($by) {
    await this.ready
    const instead = $by?.hasAttribute('formaction') ? $by.formAction : null
    if (!this.keep) return this.shell ? this.nobody() : this.direct(instead)
    if (instead) return this.instead(instead)
    const fields = fieldsOf(this.$form)
    const reading = await this.reading()
    const problems = (await reading?.problems(this, fields, this.now() + this.offset, () => this.takeOut())) ?? []
    if (problems.length) return show(this.$form, this.$device, problems)
    clear(this.$form)
    await this.typing.end()
    this.release?.()
    this.release = await hold(this.ref, { locks: this.locks }) // until it is known what became of it, what is posted here is sent by nobody else on this device
    if (!(await this.keepIt(fields))) return this.full()
    return this.shell ? this.waits(fields, 'silent') : this.onTheRecord(fields)
  }

  /** What the form is read by; null where it does not come in time: the service reads all of it as well. */
  reading() {
    const late = new Promise((done) => setTimeout(done, PATIENCE, null))
    this.asked ??= import('./reading.mjs').catch(() => (this.asked = null))
    return Promise.race([this.asked, late])
  }

  /** Another button of the form, such as "Add me to it", chosen instead of this entry: the page that says it was done is its receipt. */
  async instead(address) {
    await this.typing.flush()
    await this.typing.end()
    await mark(this.keep, this.ref, 'mending', null, goesByItself)
    const asked = await this.ask()
    if (this.mine(asked) && (await this.taken(await this.post(asked.session, address)))) return
    this.typing.again()
    this.say('undone', {})
  }

  /** Keeps it on this device; whether that was done. */
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
      return false
    }
  }

  /** Posts the form, once it is known that somebody is there to take it, and in whose name; what is not taken waits. */
  async onTheRecord(fields) {
    let asked = await this.ask()
    if (this.mine(asked)) {
      const answer = await this.post(asked.session)
      if (await this.taken(answer)) return
      asked = answer.is === 'silent' ? answer : await this.ask()
    }
    return this.waits(fields, this.mine(asked) ? 'refused' : { silent: 'silent', out: 'out', in: 'other' }[asked.is])
  }

  /** The phone is full and keeps nothing: on the record at once if it can be, and else the page says so. */
  async full() {
    const asked = await this.ask()
    if (!this.shell && this.mine(asked) && (await this.taken(await this.post(asked.session)))) return
    this.release?.()
    this.typing.again()
    this.say('full', {})
  }

  /** Where nothing can be kept the form is posted all the same. The browser posts it itself only once an answer came that is none: it shows what that says. */
  async direct(address = null) {
    const answer = await this.post(null, address)
    if (await this.taken(answer)) return
    if (answer.is === 'silent') return this.say('unkept', {})
    this.$form.action = address ?? this.$form.action
    this.$form.submit()
  }

  mine({ is, session }) {
    return is === 'in' && session.account === this.owner
  }

  post(session, address = null) {
    if (session) this.$form.elements.csrf_token.value = session.csrf_token
    return post(address ?? this.$form.action, new FormData(this.$form), this.ref)
  }

  /** Puts the page that answered in this one's place, if it says what became of the entry; whether it did. */
  async taken({ is, page, address }) {
    if (is !== 'done' && is !== 'asks') return false
    if (this.keep) await this.file(is).catch((error) => console.warn(error)) // before it is let go, so that nobody sends it meanwhile
    this.over.abort() // this form gives way to another page: it hears and holds nothing any more
    this.typing?.release?.()
    this.release?.()
    showPage(page, address)
    return true
  }

  async file(is) {
    if (is === 'asks') await mark(this.keep, this.ref, 'mending', null, goesByItself)
    else if ((await this.keep.get('outbox', this.ref))?.state !== 'differs') await forget(this.keep, this.ref)
  }

  hear(listen) {
    new BroadcastChannel('diary-outbox').addEventListener('message', listen, { signal: this.over.signal })
  }

  // ---- what is said afterwards

  /** It is kept here: says so, and says it again when it has gone. */
  async waits(fields, why) {
    await mark(this.keep, this.ref, 'waiting', null, goesByItself).catch(() => null) // else it is sent a little later
    this.release?.()
    if (refToMend(location.hash)) history.replaceState(null, '', location.pathname + location.search) // it is mended: another look at this page is a new entry
    const title = titleOf(this.$form, fields)
    Object.assign(this, { why, told: null })
    const tell = (is) => is !== this.told && this.say('kept', { title, [this.told = is]: true, waits: is !== 'sent' }) // what says the same stays: a finger may be on it
    tell(why)
    this.$form.hidden = true
    this.hear(async () => {
      const row = await this.keep.get('outbox', this.ref)
      if (this.$form.hidden) tell(!row ? 'sent' : goesByItself(row) ? this.why : 'mend')
    })
    dispatchEvent(new Event('diary-send'))
  }

  say(name, facts) {
    const $said = this.$device.querySelector('[data-kept-here]')
    $said.replaceChildren(...fill(document.querySelector(`template[data-${name}]`), facts))
    $said.querySelector('[data-change]')?.addEventListener('click', () => this.change())
    $said.querySelector('[tabindex]')?.focus()
  }

  /** It cannot be changed here: it has gone, or (null) the phone is full and it waits as it was. */
  notBack(back) {
    if (back === null) this.$form.hidden = true
    this.say(back === null ? 'stays' : 'gone', {})
  }

  /** Back into the form, as if it had not been saved; only what is still on this device. */
  async change() {
    const kept = { id: this.ref, owner: this.owner, content: await this.content(), kept_at: this.now() }
    const back = await unsave(this.keep, kept, this.locks).catch(() => null)
    if (!back) return this.notBack(back)
    this.$form.hidden = false
    this.$device.querySelector('[data-kept-here]').replaceChildren()
    this.typing.again()
    this.$form.elements.summary.focus()
  }

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
    takeOut(this.$form)
    clear(this.$form)
  }
}

