// What a phone without a signal can say of an entry by itself, before it is kept; the service's own words, from the page.
import { reader } from './fields.mjs'
import { momentOf } from './moments.mjs'

const LETTER_OR_FIGURE = /[\p{L}\p{N}]/u

/** What is to be mended, [{field, wrong}]: `wrong` names the sentence. `now` is in milliseconds, by a clock that is right. */
export function check(fields, now) {
  const { one, all, lines } = reader(fields)
  const found = []
  const say = (field, wrong) => found.push({ field, wrong })
  if (!one('kind')) say('kind', 'no_kind')
  const [group, typed] = [one('group'), one('group_name')]
  if (group === 'resident' && typed) say('group_name', 'resident_and_name')
  else if (group === 'new' && !LETTER_OR_FIGURE.test(typed)) say('group_name', 'no_new_name')
  else if (!group && !LETTER_OR_FIGURE.test(typed)) say('group_name', 'nobody')
  const moment = momentOf({ when: one('when'), day: one('happened_on'), time: one('happened_time') }, now)
  if (moment.wrong) say(moment.field, moment.wrong)
  const concerns = lines('concern').filter((n) => one(`concern-${n}-title`))
  const brought = all('tell').length || all('kept').length || concerns.length || lines('promise').some((n) => one(`promise-${n}-what`))
  if ((one('outcome') || 'spoke') === 'spoke') {
    if (!one('summary') && !brought) say('summary', 'no_line')
  } else if (all('tell').length) say('tell', 'not_told')
  else if (all('kept').length) say('kept', 'not_known')
  else if (concerns.length) say(`concern-${concerns[0]}-title`, 'not_raised')
  if (one('attendance') && !/^[0-9]{1,9}$/.test(one('attendance').replaceAll(',', ''))) say('attendance', 'no_number')
  for (const n of lines('promise')) {
    if (!one(`promise-${n}-what`) || one(`promise-${n}-by`) !== 'day') continue
    const due = momentOf({ when: 'coming', day: one(`promise-${n}-day`), time: '' }, now)
    if (due.wrong) say(`promise-${n}-day`, due.wrong)
  }
  return found
}
