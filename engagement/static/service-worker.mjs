// The worker of the installed app: it opens the diary where there is no signal. Served as /service-worker.js, with SHELL filled in.
//
// It answers GET alone, never keeps a page with anybody's words, and touches nothing that was typed: that lies in the
// device's database, which no release of this file empties. What was saved is sent by the pages; where none is open and
// the browser wakes this worker because there is a signal again, it does exactly what a page would do, by the same module.
import { nobodyOwed, sendAlone } from './js/alone.mjs'

const SHELL = null // {version, files: [address], pages: [[expression, address]], otherwise: address}
export const PATIENCE = 4000 // milliseconds that a page with a shell may take to come from the network
const PREFIX = 'diary-'

/** The shell that stands in for a page, or null: there the network is waited for, however slow it is. */
export function shellOf(path, pages) {
  return pages.find(([expression]) => new RegExp(expression).test(path))?.[1] ?? null
}

/** The caches that a new release may throw away: all of ours but its own and the one before it, whose pages may still be open. */
export function outdated(names, own) {
  const ours = names.filter((name) => name.startsWith(PREFIX) && name !== own)
  return ours.slice(0, -1)
}

/** Whether an answer says that the service itself is not there: something in front of it spoke. */
export function nobodyThere(answer) {
  return [502, 504].includes(answer.status)
}

/**
 * A page: from the network, or after `patience` or a failure from the shell; where neither is to be had, whatever the
 * network says in the end.
 */
export async function page({ network, shell, patience = PATIENCE, wait = (ms) => new Promise((done) => setTimeout(done, ms, null)) }) {
  const tried = network.catch(() => null)
  const answer = await (patience === null ? tried : Promise.race([tried, wait(patience)]))
  if (answer && !nobodyThere(answer)) return answer
  return (await shell()) ?? network
}

/**
 * Puts back what the phone itself has thrown away of the app (a browser short of room, or told to clear its data): a worker that is
 * there already is never installed again. Asked whenever a page came from the network; once at a time, and it never throws.
 */
export function mender({ there, fill }) {
  let asked = null
  return () => (asked ??= Promise.resolve(there()).then((found) => found || fill()).catch(() => null).finally(() => { asked = null }))
}

function install(worker) {
  const own = PREFIX + SHELL.version
  const requests = () => SHELL.files.map((file) => new Request(file, { credentials: 'omit', cache: file.startsWith('/static/') ? 'default' : 'no-store' }))
  const fill = () => caches.open(own).then((cache) => cache.addAll(requests()))
  const mend = mender({ there: async () => (await caches.has(own)) && (await (await caches.open(own)).keys()).length >= new Set(SHELL.files).size, fill })
  const kept = async (address) => (await (await caches.open(own)).match(address, { ignoreVary: true })) ?? caches.match(address, { ignoreVary: true })

  worker.addEventListener('install', (event) => {
    event.waitUntil(fill().then(() => worker.skipWaiting()))
  })

  worker.addEventListener('activate', (event) => {
    event.waitUntil(
      caches.keys()
        .then((names) => Promise.all(outdated(names, own).map((name) => caches.delete(name))))
        .then(() => worker.clients.claim()),
    )
  })

  worker.addEventListener('fetch', (event) => {
    const { request } = event
    const url = new URL(request.url)
    if (request.method !== 'GET' || url.origin !== worker.location.origin) return
    if (request.mode === 'navigate') {
      const shell = shellOf(url.pathname, SHELL.pages)
      const network = nobodyOwed().then((free) => (free ? fetch(request) : Promise.reject(new TypeError('signed out here')))) // its shell, then
      event.waitUntil(network.then(mend, () => null))
      event.respondWith(page({ network, shell: () => kept(shell ?? SHELL.otherwise), patience: shell ? PATIENCE : null }))
    } else if (url.pathname.startsWith('/static/') || SHELL.files.includes(url.pathname)) {
      event.respondWith(kept(request).then((found) => found ?? fetch(request)))
    }
  })

  worker.addEventListener('sync', (event) => {
    if (event.tag === 'diary-send') event.waitUntil(wake(worker.clients))
  })
}

/** Background Sync: the open pages are told to send; where none of them is seen, the worker sends by itself. */
export async function wake(clients, alone = sendAlone) {
  const pages = await clients.matchAll({ type: 'window' })
  for (const one of pages) one.postMessage({ type: 'diary-send' })
  if (!pages.some((one) => one.visibilityState === 'visible')) await alone()
}

if (typeof ServiceWorkerGlobalScope !== 'undefined') install(self)
