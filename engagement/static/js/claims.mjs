// Who may do something with an entry at this moment: each has one lock, on all pages of this device and in the worker.
//
// A page holds it while it posts the entry, whoever sends holds it until the answer is filed, and who mends, changes or
// throws away waits for both. So nothing is sent while it is being mended, and nothing is mended that has just gone.

const PATIENCE = 4000 // milliseconds that a page waits, before it posts, for one that is sending the same entry
const pause = (ms) => new Promise((done) => setTimeout(done, ms))

export const lockOf = (id) => `diary-entry ${id}`

/** Does something with an entry while nobody posts or sends it; waits until that is so. A browser without locks does it at once. */
export function withEntry(id, act, locks = globalThis.navigator?.locks) {
  return locks ? locks.request(lockOf(id), () => act()) : act()
}

/** Holds an entry for the page that posts it, and tells how to let go. Over as soon as it is held, or after `patience`. */
export async function hold(id, { locks = globalThis.navigator?.locks, patience = PATIENCE, wait = pause } = {}) {
  let letGo
  const over = new Promise((done) => { letGo = done })
  const held = new Promise((done) => locks?.request(lockOf(id), () => (done(), over)) ?? done())
  await Promise.race([held, wait(patience)])
  return letGo
}

/** Holds those of some entries that nobody else holds: {held: Set of their ids, letGo}. */
export async function holdFree(ids, locks = globalThis.navigator?.locks) {
  if (!locks) return { held: new Set(ids), letGo: () => {} }
  let letGo
  const over = new Promise((done) => { letGo = done })
  const one = (id) => new Promise((done, fail) => {
    locks.request(lockOf(id), { ifAvailable: true }, (lock) => (done(lock && id), lock && over)).catch(fail)
  })
  return { held: new Set((await Promise.all(ids.map(one))).filter((id) => id !== null)), letGo }
}
