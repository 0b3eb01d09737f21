// Reads the log form's fields, as they were typed, into the draft that /sync takes.
import { londonOf, momentOf } from './moments.mjs'

const ID = /^[0-9]{1,18}$/
const FRIDAY = 5

/** The fields by name, as a form would give them: the last of several with one name, and all of them. */
export function reader(fields) {
  const values = new Map(fields.map(([name, value]) => [name, value]))
  const one = (name) => (values.get(name) ?? '').trim()
  const all = (name) => fields.filter(([other]) => other === name).map(([, value]) => value)
  const id = (name) => (ID.test(one(name)) ? one(name) : null)
  /** The numbers of the lines of a list, such as those of "concern-3-title". */
  const lines = (list) => [...new Set([...values.keys()].map((name) => name.match(new RegExp(`^${list}-([0-9]{1,2})-`))?.[1]).filter(Boolean).map(Number))].sort((a, b) => a - b)
  return { one, all, id, lines }
}

/** "2026-11-27" for the Friday after a day: of this week, or of the next from Friday on. */
export function fridayAfter(on) {
  const day = new Date(`${on}T12:00:00Z`)
  day.setUTCDate(day.getUTCDate() + ((FRIDAY - day.getUTCDay() + 7) % 7 || 7))
  return day.toISOString().slice(0, 10)
}

/**
 * The draft of one entry. `typed_at` is when it was saved, by the phone's clock, in milliseconds. What the service
 * reads in the same way for both (a day as it was typed) goes along in words, so that an entry which came by the form
 * already is known again and not taken for another.
 */
export function draftOf({ client_ref, owner, fields, typed_at }) {
  const { one, all, id, lines } = reader(fields)
  const group = one('group')
  const said = ['when', 'happened_on', 'happened_time'].map(one)
  return {
    client_ref,
    owner,
    typed_at: new Date(typed_at).toISOString(),
    said_when: said.join('|'),
    happened_at: momentOf({ when: said[0], day: said[1], time: said[2] }, typed_at).at ?? new Date(typed_at).toISOString(),
    kind: one('kind'),
    outcome: one('outcome') || 'spoke',
    direction: one('direction') || 'ours',
    group_ids: ID.test(group) ? [group] : [],
    with_resident: group === 'resident',
    group_name: one('group_name'),
    new_kind: one('new_kind') || null,
    contact_id: id('contact'),
    also: lines('also')
      .map((n) => ({ line: n, group_id: id(`also-${n}-group`), name: one(`also-${n}-name`), part: one(`also-${n}-part`) || 'with' }))
      .filter((other) => other.group_id !== null || other.name),
    neighbourhood_id: id('neighbourhood'),
    usual_id: id('usual'),
    summary: one('summary'),
    officers: [...all('officer').filter((value) => ID.test(value)), ...one('officers').replaceAll(',', ' ').split(/\s+/).filter(Boolean)],
    for_officer: one('for_officer'),
    attendance: one('attendance') || null,
    place: one('place'),
    override_reason: one('override_reason'),
    warned: one('warned'),
    concerns: lines('concern')
      .filter((n) => one(`concern-${n}-title`))
      .map((n) => ({
        line: n,
        title: one(`concern-${n}-title`),
        category: one(`concern-${n}-category`) || null,
        tap: one(`concern-${n}-tap`) || 'find_out',
        raiser: one(`concern-${n}-raiser`) || null,
        same_as: id(`concern-${n}-same`),
      })),
    tellings: all('tell')
      .map((value) => value.split(':'))
      .filter(([raising, kind]) => ID.test(raising) && ['answer', 'outcome'].includes(kind))
      .map(([raising_id, kind]) => ({ raising_id, kind })),
    promises: lines('promise')
      .filter((n) => one(`promise-${n}-what`))
      .map((n) => ({ line: n, what: one(`promise-${n}-what`), ...dueBy(one(`promise-${n}-by`) || 'friday', one(`promise-${n}-day`), typed_at) })),
    planned_id: id('planned'),
    fields,
  }
}

/** When a promise is due, as it was chosen: by Friday, by their next meeting (no day), or by a day in words. */
function dueBy(by, day, typed_at) {
  if (by === 'friday') return { by, due_on: fridayAfter(londonOf(typed_at).on) }
  if (by === 'day') return { by, day, due_on: momentOf({ when: 'coming', day, time: '' }, typed_at).on ?? null }
  return { by, due_on: null }
}
