// Says a moment of this device as the diary says moments: "14:30" of today, else "Tue 3 Nov, 14:30".

const part = (at, options) => new Intl.DateTimeFormat(globalThis.document?.documentElement?.lang || 'en', { timeZone: 'Europe/London', ...options }).format(at)

/** A day: "Tue 3 Nov". */
export function saidDay(at) {
  return `${part(at, { weekday: 'short' })} ${part(at, { day: 'numeric' })} ${part(at, { month: 'short' }).slice(0, 3)}`
}

/** A moment, in milliseconds, as seen at another. */
export function saidAgo(at, now) {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' }).format(at)
  return saidDay(at) === saidDay(now) ? clock : `${saidDay(at)}, ${clock}`
}
