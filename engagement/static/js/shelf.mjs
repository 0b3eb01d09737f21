// The device's database: rows by id in a few stores, several changes in one transaction or none of them.

export const NAME = 'diary'
const VERSION = 1
export const STORES = ['account', 'typing', 'outbox', 'pack', 'views']

/** The answer of an IndexedDB request, as a promise. */
function answer(request) {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => fail(request.error)
  })
}

export class Shelf {
  constructor(database, again) {
    this.again = again
    this.use(database)
  }

  use(database) {
    this.database = database
    this.closed = false
    database.onclose = () => { this.closed = true } // the browser does so where it runs short
    database.onversionchange = () => { // a newer release may change the stores at once
      this.closed = true
      database.close()
    }
  }

  /** A transaction, in the database as it is open now. */
  async transaction(...asked) {
    if (this.closed) this.use(await this.again())
    return this.database.transaction(...asked)
  }

  /** Opens the database, and makes its stores where they are not there yet. */
  static async open(indexedDB = globalThis.indexedDB) {
    const again = () => Shelf.#database(indexedDB)
    return new Shelf(await again(), again)
  }

  static #database(indexedDB) {
    const request = indexedDB.open(NAME, VERSION)
    request.onupgradeneeded = () => {
      for (const store of STORES) if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store, { keyPath: 'id' })
    }
    return answer(request)
  }

  async get(store, id) {
    return answer((await this.transaction(store)).objectStore(store).get(id))
  }

  async all(store) {
    return answer((await this.transaction(store)).objectStore(store).getAll())
  }

  /**
   * Makes all of the changes, each {store, put: row} or {store, remove: id}, or none; whether it did. With `only`,
   * {store, id, is}, it makes them only where `is` holds of that row as it is in this very moment, with nothing between
   * the look and the change. It is done when they are on the disk: a phone that is switched off afterwards has them.
   */
  async write(changes, only = null) {
    const stores = [...new Set([...changes, ...(only ? [only] : [])].map((one) => one.store))]
    const transaction = await this.transaction(stores, 'readwrite', { durability: 'strict' })
    return new Promise((done, fail) => {
      let made = true
      const make = () => {
        for (const { store, put, remove } of changes) {
          const shelf = transaction.objectStore(store)
          if (put !== undefined) shelf.put(put)
          else shelf.delete(remove)
        }
      }
      transaction.oncomplete = () => done(made)
      transaction.onabort = transaction.onerror = () => fail(transaction.error ?? new Error('not kept'))
      if (only === null) return make()
      const asked = transaction.objectStore(only.store).get(only.id)
      asked.onsuccess = () => { if ((made = only.is(asked.result))) make() }
    })
  }
}
