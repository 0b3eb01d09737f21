// Keeps a form as it is typed, so that a closed tab, an empty battery or a call in between costs nothing.
import { fieldsOf, titleOf, worthKeeping } from './fields.mjs'

const REST = 300 // milliseconds after a letter, whether more follow or not: who types on and on loses no more than that

/** The name of the lock that an open page holds on what is typed in it. */
export const lockOf = (id) => `diary-typing ${id}`

/** Writes what stands in the form, soon after each letter and when the page is put away; an emptied form is forgotten. */
export class Typing {
  constructor($form, keep, { id, owner, locks = globalThis.navigator?.locks, now = Date.now, wait = REST }) {
    Object.assign(this, { $form, keep, id, owner, locks, now, wait, timer: null, ended: false, written: Promise.resolve() })
    this.heard = () => this.later()
    $form.addEventListener('input', this.heard)
    $form.addEventListener('change', this.heard)
    this.#hold()
  }

  /** Says to the other pages of this device that this is being typed here, for as long as the page is open. */
  #hold() {
    this.locks?.request(lockOf(this.id), { ifAvailable: true }, () => new Promise((done) => { this.release = done }))
  }

  /** From now on what is typed belongs to another reference: to one that was begun before and is gone on with. */
  become(id) {
    this.release?.()
    this.id = id
    this.#hold()
  }

  later() {
    if (this.ended) return
    this.timer ??= setTimeout(() => this.flush(), this.wait)
  }

  #rest() {
    clearTimeout(this.timer)
    this.timer = null
  }

  /** Writes at once what has not been written; in turn, so that an older state never comes after a newer one. */
  flush() {
    this.#rest()
    if (this.ended) return this.written
    const { id, owner } = this
    const fields = fieldsOf(this.$form)
    const title = titleOf(this.$form, fields)
    this.written = this.written.then(() => this.#write({ id, owner, fields, title })).catch((error) => console.warn(error))
    return this.written
  }

  async #write({ id, owner, fields, title }) {
    if (this.ended) return
    if (!worthKeeping(fields)) return this.keep.remove('typing', id)
    const box = await this.keep.seal({ fields, title }, owner)
    if (!this.ended) await this.keep.put('typing', { id, owner, kept_at: this.now(), box })
  }

  /** Ends it: the entry is in the outbox now, or its words are to go. What is being written is waited for. */
  async end() {
    this.ended = true
    this.#rest()
    await this.written
  }

  again() {
    this.ended = false
  }
}

/**
 * What the officer was writing on this device and did not save, newest first: [{id, title, kept_at, fields}]. Leaves out
 * what is open in another page, and what is in the outbox already.
 */
export async function unfinished(keep, owner, { except = null, locks = globalThis.navigator?.locks } = {}) {
  const held = new Set(((await locks?.query())?.held ?? []).map((lock) => lock.name))
  const saved = new Set((await keep.all('outbox', owner)).map((row) => row.id))
  const rows = (await keep.all('typing', owner)).filter((row) => row.id !== except && !saved.has(row.id) && !held.has(lockOf(row.id)))
  const opened = await Promise.all(rows.map(async ({ id, kept_at, box }) => ({ id, kept_at, ...(await keep.unseal(box).catch(() => null)) })))
  return opened.filter((one) => one.fields).sort((a, b) => b.kept_at - a.kept_at)
}
