// What this device keeps: who is signed in on it, and that person's words, sealed under a key that sign-in gives.
//
// Stores: `account` (who is signed in, the key, this device's name), `typing` (as it is typed), `outbox` (saved, not yet
// on the record), `pack` (the patch), `views` (pages opened without a signal). A row of the last four is
// {id, owner, ...a few facts in clear, box}: whatever anybody typed or read is in `box`, encrypted with AES-GCM. The key
// cannot be taken out of the browser; it goes at sign-out, and the same one comes with the next sign-in of its account. Should
// the service give another one, what was sealed before opens with the one before, which is here or comes along, and is
// sealed anew.
import { Shelf } from './shelf.mjs'

const CLEAR = new Set(['id', 'owner', 'client_ref', 'kept_at', 'state', 'made_at', 'expires_at', 'etag', 'box'])
const SEALED = ['typing', 'outbox', 'pack', 'views']
const GONE_AT_SIGN_OUT = ['pack'] // what was opened is sealed, and still owed to the record
const KEPT_SEALED = ['typing', 'outbox', 'views'] // across a sign-out, and so across a change of the service's secret
const KEY_LENGTH = 32 // bytes
const FORMER_KEYS = 5

/** There is no key to seal or open this with: nobody, or somebody else, is signed in on this device. */
export class Locked extends Error {
  constructor() {
    super('no key of that account on this device')
    this.name = 'Locked'
  }
}

/** The bytes of a base64url text. */
export function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
}

const bytesText = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export class Keep {
  constructor(shelf, { crypto = globalThis.crypto } = {}) {
    Object.assign(this, { shelf, crypto, known: null })
  }

  /** A random name of this device, made once; it says nothing of whose it is. */
  async device() {
    const known = await this.shelf.get('account', 'device')
    if (known) return known.name
    const name = this.crypto.randomUUID()
    await this.shelf.write([{ store: 'account', put: { id: 'device', name } }]).catch(() => null) // full: it has a name another time
    return (await this.shelf.get('account', 'device'))?.name ?? name
  }

  /** Remembers a plain fact of this device, such as when it last reported. */
  note(name, value) {
    return this.shelf.write([{ store: 'account', put: { id: `note ${name}`, value } }])
  }

  async noted(name) {
    return (await this.shelf.get('account', `note ${name}`))?.value ?? null
  }

  /** Who is signed in on this device, {account, name, pack_hours, hand_in}, or null. */
  async current() {
    const row = await this.#row()
    return row && { account: row.account, name: row.name, pack_hours: row.pack_hours, hand_in: row.hand_in }
  }

  async #row() {
    const row = (await this.shelf.get('account', 'current')) ?? null
    if (row) this.known = row
    return row
  }

  /** How often this device was signed out. Read before the service is asked who is signed in, for `begin`. */
  async outs() {
    return (await this.shelf.get('account', 'outs'))?.n ?? 0
  }

  /**
   * Who signed out on this device while the service was not told, {account, name, mark}, or null. Nobody is signed in on it before. The
   * row is there from the sign-in on, so that a phone that is full, which writes nothing and removes what it likes, has it as well.
   */
  async owed() {
    const [owes, current] = [await this.shelf.get('account', 'owes'), await this.shelf.get('account', 'current')]
    return owes && owes.account !== current?.account ? owes : null
  }

  /** The service knows of what was owed. */
  told(owed) {
    return this.shelf.write([{ store: 'account', remove: 'owes' }], { store: 'account', id: 'owes', is: (row) => row?.mark === owed.mark })
  }

  /** What a page says where nobody is signed in: {left: who has just signed out, n: how many entries lie here, lost: that all is gone that was here}. */
  async nobody() {
    const n = (await this.all('outbox')).length
    return { left: (await this.owed())?.name ?? '', n, one: n === 1, many: n > 1, lost: !(await this.shelf.all('account')).length }
  }

  /**
   * Takes over what /api/session answered: the account and its key; whether it did. Of another account that was signed
   * in before, key and pack go; its entries stay, sealed. `outs` is what it was before the question was asked: an
   * answer that comes after somebody has signed out here brings no key back, nor does any before the service knows of that.
   */
  async begin(session, outs = null) {
    if (await this.owed()) return false
    const { print, key } = await this.#taken(session.key)
    const former = await this.#former(session.account, print, session.former_keys ?? [])
    const row = { id: 'current', account: session.account, name: session.name, pack_hours: session.pack_hours ?? 12, hand_in: session.hand_in ?? null, key, print, former }
    const changes = [...(await this.#goingOf((owner) => owner !== session.account)), { store: 'account', put: row }, this.#owes(session)]
    const begun = await this.shelf.write(changes, { store: 'account', id: 'outs', is: (now) => outs === null || (now?.n ?? 0) === outs })
    if (begun) this.known = row
    if (begun && former.length) await this.#reseal(row).catch(() => null) // full: the next time
    return begun
  }

  /** A key as it is kept: it cannot be taken out again, and `print` tells it from others. */
  async #taken(text) {
    const raw = bytesOf(text)
    if (raw.length !== KEY_LENGTH) throw new Error('not a key')
    const print = bytesText(new Uint8Array(await this.crypto.subtle.digest('SHA-256', raw)))
    return { print, key: await this.crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']) }
  }

  /** The keys with which the account may have sealed on this device before it was given this one: known here, or `given` along. */
  async #former(account, print, given) {
    const before = await this.#row()
    const here = before?.account === account ? [{ print: before.print, key: before.key }, ...(before.former ?? [])] : []
    const found = [...(await Promise.all(given.map((text) => this.#taken(text)))), ...here]
    const prints = found.map((one) => one.print)
    return found.filter((one, i) => one.print !== print && prints.indexOf(one.print) === i).slice(0, FORMER_KEYS)
  }

  /** Seals anew what only a key from before opens, unless somebody changes it at this moment: then it is sealed anew by that. */
  async #reseal({ account, key }) {
    const opens = ({ iv, data }) => this.crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, data).then(() => true, () => false)
    for (const store of KEPT_SEALED) {
      for (const row of await this.all(store, account)) {
        const value = !(await opens(row.box)) && (await this.unseal(row.box).catch(() => null))
        if (!value) continue
        const put = { ...row, box: await this.seal(value, account) }
        await this.write([{ store, put }], { store, id: row.id, is: (now) => now?.kept_at === row.kept_at && now.state === row.state })
      }
    }
  }

  /**
   * Signs out on this device: key and pack go; what was typed, or opened, and not sent stays, sealed. With an account: only where it
   * is that one. `untold`: the service does not know of it, and is to be told before anything else.
   */
  async forget(account = null, { untold = false } = {}) {
    const current = untold && (await this.current())
    const going = ['current', ...(untold ? [] : ['owes'])].map((remove) => ({ store: 'account', remove }))
    const changes = [...(await this.#goingOf((owner) => account === null || owner === account)), ...going]
    const owes = current ? [this.#owes(current)] : [] // it is there, unless a release before this one signed them in
    const left = { store: 'account', put: { id: 'outs', n: (await this.outs()) + 1 } }
    const only = { store: 'account', id: 'current', is: (row) => account === null || row?.account === account }
    await this.shelf.write([...changes, ...owes, left], only).catch(async () => { // a phone that is full writes nothing, and signs out all the same
      if (await this.shelf.write(changes, only)) await this.shelf.write([left]).catch(() => null)
    })
  }

  #owes({ account, name }) {
    return { store: 'account', put: { id: 'owes', account, name, mark: this.crypto.randomUUID() } }
  }

  /** What goes of those owners when they are not signed in any more. */
  async #goingOf(whose) {
    const rows = await Promise.all(GONE_AT_SIGN_OUT.map(async (store) => (await this.shelf.all(store)).map(({ id, owner }) => ({ store, id, owner }))))
    return rows.flat().filter(({ owner }) => whose(owner)).map(({ store, id }) => ({ store, remove: id }))
  }

  /** For `write`: only while that account is signed in on this device. */
  whileIn(account) {
    return { store: 'account', id: 'current', is: (row) => row?.account === account }
  }

  /**
   * A value that JSON can hold, sealed for its owner (without one: for who is signed in). A page that was open when its
   * account signed out can still seal what is typed on it; it is read again after the next sign-in. Throws Locked.
   */
  async seal(value, owner = null) {
    const now = await this.#row()
    const row = [now, this.known].find((one) => one && (owner === null || one.account === owner))
    if (!row) throw new Locked()
    const iv = this.crypto.getRandomValues(new Uint8Array(12))
    const data = await this.crypto.subtle.encrypt({ name: 'AES-GCM', iv }, row.key, new TextEncoder().encode(JSON.stringify(value)))
    return { iv, data: new Uint8Array(data) }
  }

  /** What was sealed. Throws Locked where it is not of the account that is signed in. */
  async unseal(box) {
    const row = await this.#row()
    if (!row) throw new Locked()
    for (const { key } of [row, ...(row.former ?? [])]) {
      try {
        const data = await this.crypto.subtle.decrypt({ name: 'AES-GCM', iv: box.iv }, key, box.data)
        return JSON.parse(new TextDecoder().decode(data))
      } catch { /* sealed with another key, or not whole */ }
    }
    throw new Locked()
  }

  get(store, id) {
    return this.shelf.get(store, id)
  }

  /** The rows of a store; of one owner where that is asked. */
  async all(store, owner = null) {
    const rows = await this.shelf.all(store)
    return owner === null ? rows : rows.filter((row) => row.owner === owner)
  }

  put(store, row) {
    return this.write([{ store, put: row }])
  }

  remove(store, id) {
    return this.write([{ store, remove: id }])
  }

  /**
   * Several changes, {store, put: row} or {store, remove: id}, all or none, and with `only` on its condition (see Shelf);
   * whether they were made. A row with words outside its box is refused.
   */
  async write(changes, only = null) {
    for (const { store, put } of changes) {
      if (!SEALED.includes(store)) throw new Error(`no rows of others in ${store}`)
      const open = put === undefined ? [] : Object.keys(put).filter((name) => !CLEAR.has(name))
      if (open.length) throw new Error(`in clear: ${open}`)
    }
    return this.shelf.write(changes, only)
  }
}

let opened = null

/** This device's one keep; rejects where the browser has none (a private window, a page without a secure origin). */
export function openKeep() {
  opened ??= (async () => {
    if (!globalThis.crypto?.subtle || !globalThis.indexedDB) throw new Error('nothing can be kept on this device')
    return new Keep(await Shelf.open())
  })()
  opened.catch(() => { opened = null })
  return opened
}
