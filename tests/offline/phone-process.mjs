// A phone in a process of its own: the diary's own modules on a device in memory. A test says, a line of JSON each, what its officer
// does; what the phone asks of the service goes out as a line, too, and is answered by one.
import { createInterface } from 'node:readline'
import { control, formOf } from './form-in-memory.mjs'
import { MemoryLocks, MemoryShelf } from './memory-shelf.mjs'

const JS = '../../engagement/static/js'
const PATIENCE = 30_000 // milliseconds: a phone that hangs ends the test
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)
const asked = []
let [shelf, locks, tabs, now] = []
console.warn = () => {}

/** The device's database as one page has it open: of a page that was closed nothing more is read or written. */
class Opened {
  constructor(tab) { this.tab = tab }
  #alive() { if (this.tab.closed) throw new Error('the tab is closed') }
  async get(...one) { this.#alive(); return shelf.get(...one) }
  async all(...one) { this.#alive(); return shelf.all(...one) }
  async write(...one) { this.#alive(); return shelf.write(...one) }
}

/** A page of somebody, of one release of the app. */
async function tabOf(account, release) {
  const load = (name) => import(`${JS}/${name}.mjs?release=${release}`)
  const [{ Keep }, outbox, sending, { Typing }, { askSession }, { leave, lock }, { clear }, { nobodyOwed }] = await Promise.all(['keep', 'outbox', 'sending', 'typing', 'session', 'sign-out', 'door', 'alone'].map(load))
  const tab = { account, closed: false, outbox, sending, Typing, leave, lock, clear, nobodyOwed }
  tab.keep = new Keep(new Opened(tab))
  tab.fetch = (address, { method = 'GET', headers = {}, body = '' } = {}) => new Promise((done, fail) => {
    say({ ask: asked.length, address, method, headers, body })
    asked.push((answer) => {
      tab.closed ||= Boolean(answer.closes)
      if (answer.lost) fail(new TypeError('no signal'))
      else done({ status: answer.status, json: async () => answer.body })
    })
  })
  tab.ask = (more = {}) => askSession({ ...more, fetch: tab.fetch })
  tab.send = (keep = tab.keep) => sending.send(keep, { fetch: tab.fetch, locks, now: () => now, ask: tab.ask, expect: account, wait: async () => {} })
  return tab
}

/** As the log form's page begins: the device learns whose it is. */
async function known(tab) {
  if ((await tab.keep.current())?.account !== tab.account) await tab.sending.askedOf(tab.keep, tab.ask)
}

const does = {
  new() { [shelf, locks, tabs] = [new MemoryShelf(), new MemoryLocks(), []] },
  async open({ account, release }) { tabs.push(await tabOf(account, release)) },
  close({ tab }) { tabs.splice(tab, 1)[0].closed = true },
  full({ full }) { shelf.full = full },
  async type({ tab, id, words }) {
    await known(tab)
    await new tab.Typing(formOf(control('summary', words)), tab.keep, { id, owner: tab.account, locks: null, now: () => now }).flush()
  },
  async save({ tab, id, fields, state }) {
    await known(tab)
    await tab.outbox.save(tab.keep, { id, owner: tab.account, content: { fields, title: '', typed_at: now }, kept_at: now, state })
  },
  receipt({ tab, id }) { return tab.outbox.forget(tab.keep, id) },
  send({ tab }) { return tab.send() },
  send_all() { return Promise.allSettled(tabs.map((tab) => tab.send())) },
  sign_out({ tab }) { return tab.leave(tab.keep, { sendNow: tab.send, wait: () => new Promise(() => {}) }) },
  async lock({ tab }) {
    await known(tab)
    const whose = (await tab.keep.current())?.account ?? null
    await tab.lock(tab.keep)
    return whose
  },
  may_ask({ tab }) { return tab.nobodyOwed({ open: async () => tab.keep, ask: tab.ask }) },
  at_the_door({ tab }) { return tab.clear(tab.keep, { ask: tab.ask, sendNow: tab.send }) },
  async look() {
    const rows = async (store) => (await shelf.all(store)).map(({ id, owner, state }) => ({ store, id, owner, state: state ?? '' }))
    return [...(await rows('outbox')), ...(await rows('typing')), ...(await rows('pack'))]
  },
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { answer, does: what, at, ...more } = JSON.parse(line)
  if (what === undefined) return asked[answer](more)
  const hangs = setTimeout(() => process.exit(1), PATIENCE)
  if (at) now = at
  const tab = what === 'close' ? more.tab : tabs?.[more.tab]
  const did = await Promise.resolve().then(() => does[what]({ ...more, tab })).then((value) => ({ value }), (error) => ({ failed: error.name }))
  clearTimeout(hangs)
  for (let n = tabs.length - 1; n >= 0; n--) if (tabs[n].closed) tabs.splice(n, 1)
  say({ did: did.value ?? null, failed: did.failed ?? null, open: tabs.map((one) => one.account) })
})
