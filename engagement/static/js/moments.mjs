// Reads days and times as people in Britain type them, so that a phone without a signal says what is wrong with one.
//
// It takes what engagement/core/dates.py takes, and refuses with the same words; where it is unsure it refuses nothing,
// since the service reads the words again.

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']
const ISO = /^([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})$/
const DAY_FIRST = /^(?:[a-z]{3,9},? +)?([0-9]{1,2})(?:st|nd|rd|th)?(?: +of)?(?: *[-/.] *|,? +|(?=[a-z]))([0-9]{1,2}|[a-z]{3,9})\.?(?:(?: *[-/.] *|,? +|(?<=[a-z])(?=[0-9]))([0-9]+))?$/
const TIME = /^([0-9]{1,2})(?:[:.]?([0-9]{2}))? *(a\.?m\.?|p\.?m\.?)?$/
const ZONE = 'Europe/London'

const FRIDAY = 5

const two = (number) => String(number).padStart(2, '0')

/** London's day and time at a moment: {on: "2026-11-24", hour, minute}. */
export function londonOf(moment) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
      .formatToParts(new Date(moment)).map(({ type, value }) => [type, value]),
  )
  return { on: `${parts.year}-${parts.month}-${parts.day}`, hour: Number(parts.hour), minute: Number(parts.minute) }
}

/** The moment, in milliseconds, at which London's clocks show a time of a day. */
export function londonMoment(on, hour, minute) {
  const plain = Date.parse(`${on}T${two(hour)}:${two(minute)}:00Z`)
  const shown = londonOf(plain)
  return plain - (Date.parse(`${shown.on}T${two(shown.hour)}:${two(shown.minute)}:00Z`) - plain)
}

/** A day as it was typed: {on: "2026-11-27"}, or {wrong: which sentence}. */
export function readDay(text) {
  const typed = text.trim().split(/\s+/).join(' ').toLowerCase()
  if (!typed) return { wrong: 'no_date' }
  const iso = typed.match(ISO)
  const found = iso ? [null, iso[3], iso[2], iso[1]] : typed.match(DAY_FIRST)
  if (!found) return { wrong: 'bad_date' }
  const named = MONTHS.findIndex((name) => name.startsWith(found[2]) || found[2] === 'sept' && name === 'september') + 1
  const [day, month, year] = [Number(found[1]), /^[0-9]/.test(found[2]) ? Number(found[2]) : named, Number(found[3])]
  if (!month && /^[a-z]/.test(found[2])) return { wrong: 'bad_date' }
  if (found[3] === undefined) return { wrong: 'no_year' }
  if (found[3].length !== 4) return { wrong: 'bad_year' }
  const on = `${found[3]}-${two(month)}-${two(day)}`
  const real = new Date(`${on}T00:00:00Z`)
  if (Number.isNaN(real.getTime()) || real.getUTCDate() !== day || real.getUTCFullYear() !== year) return { wrong: 'bad_date' }
  return { on }
}

/** A time of day as it was typed: {hour, minute}, or {wrong: which sentence}. */
export function readTime(text) {
  const typed = text.trim().split(/\s+/).join(' ').toLowerCase()
  if (typed === 'noon' || typed === 'midday') return { hour: 12, minute: 0 }
  if (typed === 'midnight') return { hour: 0, minute: 0 }
  const found = typed.match(TIME)
  if (!found || (found[2] === undefined && found[3] === undefined)) return { wrong: 'bad_time' }
  let hour = Number(found[1])
  const minute = Number(found[2] ?? 0)
  if (found[3]) {
    if (hour < 1 || hour > 12) return { wrong: 'bad_time' }
    hour = (hour % 12) + (found[3].startsWith('p') ? 12 : 0)
  }
  return hour > 23 || minute > 59 ? { wrong: 'bad_time' } : { hour, minute }
}

const daysBefore = (on, days) => new Date(Date.parse(`${on}T12:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)

/** "2026-11-27" for the Friday after a day: of this week, or of the next from Friday on. */
export function fridayAfter(on) {
  const day = new Date(`${on}T12:00:00Z`)
  day.setUTCDate(day.getUTCDate() + ((FRIDAY - day.getUTCDay() + 7) % 7 || 7))
  return day.toISOString().slice(0, 10)
}

/**
 * The moment that was chosen, by the phone's clock: {on, at} with `at` in UTC, or {wrong: which sentence, field}.
 * `when` is one of the form's choices, or "coming" for a day that must not be past.
 */
export function momentOf({ when, day, time }, now) {
  const today = londonOf(now).on
  const exact = new Date(Math.floor(now / 60_000) * 60_000).toISOString()
  if ((when === 'just_now' || when === '') && !day.trim()) return { on: today, at: exact }
  let on = when === 'yesterday' ? daysBefore(today, 1) : today
  if (when === 'another_day' || when === 'coming' || when === 'just_now' || when === '') {
    const read = readDay(day)
    if (read.wrong) return { ...read, field: 'happened_on' }
    on = read.on
  }
  if (when === 'coming') return on < today ? { wrong: 'past', field: 'day' } : { on }
  if (on > today) return { wrong: 'future', field: 'happened_on' }
  if (on < `${Number(today.slice(0, 4)) - 2}${today.slice(4)}`) return { wrong: 'too_old', field: 'happened_on' }
  const clock = time.trim() ? readTime(time) : { hour: 12, minute: 0 }
  if (clock.wrong) return { ...clock, field: 'happened_time' }
  const at = londonMoment(on, clock.hour, clock.minute)
  if (at > now && time.trim()) return { wrong: 'later', field: 'happened_time' }
  return { on, at: at > now ? exact : new Date(at).toISOString() }
}
