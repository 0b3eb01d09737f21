// Asks the service who is signed in, before anything is sent in somebody's name.

const PATIENCE = 5000 // milliseconds; who gets no answer in that time has no signal

/** A signal that aborts after so many milliseconds. */
export function within(ms) {
  return AbortSignal.timeout(ms)
}

/** How far this device's clock is behind the service's, in milliseconds, where the answer says its time. */
function offsetOf(answer, now) {
  const at = Date.parse(answer.headers?.get('date') ?? '')
  return Number.isNaN(at) ? {} : { offset: at - now }
}

/**
 * Ends on the service the session of an account that has signed out on this device: with the token of that very session, so that
 * nobody else can, and no session that was begun since is ended. `asked` is what the service said; answers what it says afterwards.
 */
export async function ended(account, asked, ask, { fetch = (...asked) => globalThis.fetch(...asked), patience = PATIENCE } = {}) {
  if (asked.is !== 'in' || asked.session.account !== account) return asked
  const headers = { 'X-CSRFToken': asked.session.csrf_token }
  await fetch('/sign-out', { method: 'POST', headers, cache: 'no-store', redirect: 'manual', signal: within(patience) }).catch(() => null)
  const now = await ask()
  return now.is === 'in' && now.session.account === account ? { is: 'silent' } : now
}

/**
 * Who is signed in. `hand_in` is what the last sign-in left here: by it the service knows a phone of an account that has
 * been disabled since. The answer is {is: 'in', session}, {is: 'out', disabled}, or {is: 'silent'} where no answer came. It never throws.
 */
export async function askSession({ fetch = (...asked) => globalThis.fetch(...asked), patience = PATIENCE, hand_in = null } = {}) {
  const headers = { Accept: 'application/json', ...(hand_in && { 'X-Hand-In': hand_in }) }
  try {
    const answer = await fetch('/api/session', { headers, cache: 'no-store', redirect: 'error', signal: within(patience) })
    if (answer.status === 200) return { is: 'in', session: await answer.json(), ...offsetOf(answer, Date.now()) }
    if (answer.status !== 401) return { is: 'silent' }
    const said = await answer.json().catch(() => ({}))
    return { is: 'out', disabled: said.reason === 'disabled' }
  } catch {
    return { is: 'silent' }
  }
}
