// A device's database in memory, for the tests of what is built on it: rows are copied in and out, as IndexedDB does.

export class MemoryShelf {
  constructor() {
    this.stores = new Map()
    this.full = false
  }

  rows(store) {
    if (!this.stores.has(store)) this.stores.set(store, new Map())
    return this.stores.get(store)
  }

  async get(store, id) {
    return structuredClone(this.rows(store).get(id))
  }

  async all(store) {
    return structuredClone([...this.rows(store).values()])
  }

  async write(changes, only = null) {
    if (only && !only.is(structuredClone(this.rows(only.store).get(only.id)))) return false
    if (this.full && changes.some((change) => change.put !== undefined)) throw new DOMException('full', 'QuotaExceededError')
    for (const { store, put, remove } of changes) {
      if (put !== undefined) this.rows(store).set(put.id, structuredClone(put))
      else this.rows(store).delete(remove)
    }
    return true
  }
}

/** The locks of a device, as navigator.locks has them: exclusive, in the order in which they are asked for. */
export class MemoryLocks {
  constructor() {
    this.last = new Map()
  }

  request(name, ...more) {
    const [options, run] = more.length > 1 ? more : [{}, more[0]]
    const before = this.last.get(name)
    if (options.ifAvailable && before) return Promise.resolve().then(() => run(null))
    const mine = Promise.resolve(before).then(() => run({ name }))
    const over = mine.catch(() => null).then(() => { if (this.last.get(name) === over) this.last.delete(name) })
    this.last.set(name, over)
    return mine
  }

  async query() {
    return { held: [...this.last.keys()].map((name) => ({ name })), pending: [] }
  }
}

/** What /api/session answers for an account, with a key of its own that is the same every time. */
export function sessionOf(account, more = {}) {
  const key = Buffer.alloc(32, Number(account)).toString('base64url')
  return { account: String(account), name: `Officer ${account}`, csrf_token: `token of ${account}`, key, pack_hours: 12, hand_in: `hand-in of ${account}`, ...more }
}
