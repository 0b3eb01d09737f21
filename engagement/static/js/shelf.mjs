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
  constructor(database) {
    this.database = database
    database.onversionchange = () => database.close() // a newer release may change the stores at once
  }

  /** Opens the database, and makes its stores where they are not there yet. */
  static async open(indexedDB = globalThis.indexedDB) {
    const request = indexedDB.open(NAME, VERSION)
    request.onupgradeneeded = () => {
      for (const store of STORES) if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store, { keyPath: 'id' })
    }
    return new Shelf(await answer(request))
  }

  get(store, id) {
    return answer(this.database.transaction(store).objectStore(store).get(id))
  }

  all(store) {
    return answer(this.database.transaction(store).objectStore(store).getAll())
  }

  /**
   * Makes all of the changes, each {store, put: row} or {store, remove: id}, or none. It is done when they are on the
   * disk: a phone that is switched off afterwards still has them.
   */
  write(changes) {
    const stores = [...new Set(changes.map((change) => change.store))]
    const transaction = this.database.transaction(stores, 'readwrite', { durability: 'strict' })
    return new Promise((done, fail) => {
      transaction.oncomplete = () => done()
      transaction.onabort = transaction.onerror = () => fail(transaction.error ?? new Error('not kept'))
      for (const { store, put, remove } of changes) {
        const shelf = transaction.objectStore(store)
        if (put !== undefined) shelf.put(put)
        else shelf.delete(remove)
      }
    })
  }
}
