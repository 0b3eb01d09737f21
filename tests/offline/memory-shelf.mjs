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

  async write(changes) {
    if (this.full && changes.some((change) => change.put !== undefined)) throw new DOMException('full', 'QuotaExceededError')
    for (const { store, put, remove } of changes) {
      if (put !== undefined) this.rows(store).set(put.id, structuredClone(put))
      else this.rows(store).delete(remove)
    }
  }
}

/** What /api/session answers for an account, with a key of its own that is the same every time. */
export function sessionOf(account, more = {}) {
  const key = Buffer.alloc(32, Number(account)).toString('base64url')
  return { account: String(account), name: `Officer ${account}`, csrf_token: `token of ${account}`, key, pack_hours: 12, hand_in: `hand-in of ${account}`, ...more }
}
