// What the pages without a signal show, made from the patch pack: facts for their templates, and nothing of the page.

const LOOKS = { overdue: 'overdue', long: 'long-overdue', soon: 'due-soon', not_due: 'not-due', never: 'never', paused: 'paused', on_request: 'on-request', dormant: 'dormant' }
const WORST = ['long', 'overdue', 'never', 'soon', 'not_due', 'paused', 'on_request', '', 'dormant']
const DUE = new Set(['long', 'overdue', 'soon'])
const MOST_TO_SEE = 20
const MOST_OWED = 2
const ZONE = 'Europe/London'

/** A text as it is compared: small letters without accents, blanks folded. */
export function folded(text) {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
}

/** The groups whose name has every word that was typed, those that begin with it first; all of them where nothing was. */
export function groupsLike(groups, typed, most = Infinity) {
  const words = folded(typed)
  const asked = words.split(' ').filter(Boolean)
  const found = groups.map((group) => ({ group, name: folded(group.name) })).filter(({ name }) => asked.every((word) => name.includes(word)))
  const begins = ({ name }) => (name.startsWith(words) ? 0 : 1)
  return found.sort((a, b) => begins(a) - begins(b) || a.name.localeCompare(b.name)).slice(0, most).map(({ group }) => group)
}

/** The groups that were logged lately, the latest first. */
export function recentGroups(groups) {
  return groups.filter((group) => group.recent).sort((a, b) => a.recent - b.recent)
}

/** Worst first: past the longest gap, then by the day on which they are due, then by name. */
export function worstFirst(groups) {
  const rank = (group) => WORST.indexOf(group.standing)
  return [...groups].sort((a, b) => rank(a) - rank(b) || (a.due ?? '9').localeCompare(b.due ?? '9') || a.name.localeCompare(b.name))
}

/** How a group stands: the end of the class that gives shape and colour, its words, and how often it wants to be seen. */
function standingOf(group) {
  const often = group.often ?? ''
  const words = often && group.standing_words.endsWith(`, ${often}`) ? group.standing_words.slice(0, -often.length - 2) : group.standing_words
  return { look: LOOKS[group.standing] ?? '', words, often }
}

/** The number on which a contact can be called, the way they want first; empty where there is none. */
const numberOf = (contact) => [contact, ...(contact?.others ?? [])].find((way) => way?.href.startsWith('tel:'))?.href ?? ''

/** A group as a card or a row shows it. */
export function cardOf(group, pack, kinds = {}) {
  const contact = group.contact
  const place = pack.neighbourhoods.find((one) => one.id === group.neighbourhood_id)?.name ?? ''
  return {
    ...group,
    ...standingOf(group),
    latitude: group.at?.[0],
    longitude: group.at?.[1],
    place,
    kind_words: kinds[group.kind] ?? group.kind,
    about: [kinds[group.kind] ?? group.kind, place].filter(Boolean).join(' · '),
    call: numberOf(contact),
    whom: contact ? contact.role || contact.name : '',
    also: [standingOf(group).often, group.tried].filter(Boolean).join(' · '),
    some_owed: group.owed.slice(0, MOST_OWED),
    more_owed: Math.max(0, group.owed.length - MOST_OWED) || '',
  }
}

/** Whom the answer to a concern is owed, of the groups that are carried: what a link to the form takes along for each. */
function answersOf({ concern_id }, groups) {
  const owed = (group) => group.owed.filter((one) => one.concern_id === concern_id && one.what === 'answer')
  return groups.flatMap((group) => owed(group).map(({ raising_id }) => ({ group_id: group.id, group: group.name, raising_id })))
}

/** The shift: booked, answers owed, promises, and who to see; `whole` for the whole patch. Nobody's own groups: the whole patch. */
export function shiftView(pack, { whole = false, kinds = {} } = {}) {
  const mine = pack.groups.some((group) => group.mine)
  const due = worstFirst(pack.groups.filter((group) => DUE.has(group.standing) && (whole || !mine || group.mine)))
  const { booked, clocks, promises } = pack.shift
  const to_see = due.slice(0, MOST_TO_SEE).map((group) => cardOf(group, pack, kinds))
  return {
    booked: booked.map((plan) => ({ ...plan, names: plan.groups.map((group) => group.name).join(', ') || plan.kind_words, first: plan.groups[0] ?? null })),
    clocks: clocks.map((clock) => ({ ...clock, answers: answersOf(clock, pack.groups) })),
    promises,
    to_see,
    due: due.length,
    all_due: due.length > to_see.length ? due.length : '',
    whole: whole || !mine,
    today: booked.length + clocks.length > 0,
    nothing: !booked.length && !clocks.length && !promises.length && !due.length,
    sensitive: to_see.some((group) => group.sensitive),
  }
}

/** One group before walking in, or null where it is not in the pack. */
export function groupView(pack, id, kinds = {}) {
  const group = pack.groups.find((one) => one.id === String(id))
  if (!group) return null
  const card = cardOf(group, pack, kinds)
  const [latitude, longitude] = group.at ?? []
  return {
    ...card,
    group_id: group.id,
    map: group.at ? `geo:${latitude},${longitude}?q=${latitude},${longitude}` : group.where ? `geo:0,0?q=${encodeURIComponent(group.where)}` : '',
    whom_said: group.contact ? [group.contact.name, group.contact.role].filter(Boolean).join(', ') : '',
    rang: group.contact?.href.startsWith('tel:') ? group.id : '',
    others: (group.contact?.others ?? []).map((one) => ({ ...one, rang: one.href.startsWith('tel:') ? group.id : '' })),
    care: group.contact?.care ?? '',
    owed: group.owed.map((one) => ({ ...one, answer: one.what === 'answer', outcome: one.what !== 'answer' })),
    nothing: !group.owed.length && !group.promises.length && !group.concerns.length && !group.last_told,
  }
}

/** "14:05", or "Sat 21 Nov, 22:10" where that was another day. */
export function saidMoment(at, now) {
  const part = (how) => new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, ...how })
  const day = (moment) => part({ weekday: 'short', day: 'numeric', month: 'short' }).format(moment).replace(',', '')
  const time = part({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
  return day(at) === day(now) ? time : `${day(at)}, ${time}`
}
