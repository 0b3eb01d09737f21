// Finds in free text what looks like a person or like intelligence: by the service's own table, and exactly what it finds.
//
// The table comes as JSON from engagement/core/wording_rules.py. Python reads it with ASCII letters alone alike in both
// cases; JavaScript's own `i` would also take letters of other scripts for each other, so the cases are written out.

const LETTER = /[A-Za-z]/

/** The other case of an ASCII letter. */
const other = (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())

/** An expression that takes ASCII letters in either case, and every other character as it is. */
export function anyCase(pattern) {
  let made = ''
  let inClass = false
  for (let i = 0; i < pattern.length; i++) {
    const one = pattern[i]
    if (one === '\\') {
      made += one + pattern[++i]
    } else if (one === '[' && !inClass) {
      inClass = true
      made += one
    } else if (one === ']' && inClass) {
      inClass = false
      made += one
    } else if (!LETTER.test(one)) {
      made += one
    } else if (!inClass) {
      made += `[${one}${other(one)}]`
    } else if (pattern[i + 1] === '-' && LETTER.test(pattern[i + 2] ?? '')) {
      const last = pattern[i + 2]
      made += `${one}-${last}${other(one)}-${other(last)}`
      i += 2
    } else {
      made += one + other(one)
    }
  }
  return made
}

const AROUND = 40 // characters of the text that are shown before and after a finding

/** Some of the text around what was found in it, in whole words, as the service shows it: every second piece is a finding. */
export function pieces(text, findings) {
  const head = (words) => words.slice(0, AROUND).replace(/ ?[^ ]*$/, '')
  const tail = (words) => words.slice(-AROUND).replace(/^[^ ]* ?/, '')
  let [made, reached] = [[], 0]
  for (const { start, end } of findings) {
    const before = text.slice(reached, start)
    if (before.length <= (reached ? 2 * AROUND : AROUND)) made.push(before)
    else made.push(`${reached ? `${head(before)} ` : ''}… ${tail(before)}`)
    made.push(text.slice(start, end))
    reached = end
  }
  const after = text.slice(reached)
  return [...made, after.length > AROUND ? `${head(after)} …` : after]
}

export class Wording {
  /** @param {{rules: Array<{kind: string, pattern: string, flags: string}>, sentences: Record<string, string>, read_as: Record<string, string>}} data */
  constructor({ rules, sentences, read_as }) {
    this.rules = rules.map(({ kind, pattern, flags }) => ({ kind, expression: new RegExp(flags.includes('i') ? anyCase(pattern) : pattern, 'dg') }))
    this.sentences = sentences
    this.readAs = new Map(Object.entries(read_as))
  }

  /** The stretches of a text, [{kind, start, end, text}], in order; of two that begin together the longer, and no two overlap. */
  spans(text) {
    const read = [...text].map((letter) => this.readAs.get(letter) ?? letter).join('')
    const found = this.rules.flatMap(({ kind, expression }) => [...read.matchAll(expression)].map((match) => {
      const [start, end] = match.indices[1] ?? match.indices[0]
      return { kind, start, end, text: text.slice(start, end) }
    }))
    found.sort((a, b) => a.start - b.start || b.end - a.end)
    let reached = 0
    return found.filter(({ start, end }) => start >= reached && ((reached = end), true))
  }

  /** The findings of several texts that are one wording: [{name, kind, text, nth, start, end}], counted through them all. */
  findings(parts) {
    const seen = new Map()
    return Object.entries(parts).flatMap(([name, text]) => this.spans(text).map((span) => {
      const key = `${span.kind}\0${span.text}`
      seen.set(key, (seen.get(key) ?? 0) + 1)
      return { name, ...span, nth: seen.get(key) }
    }))
  }

  /** What it looks like and what to do about it, in the reader's language. */
  sentence({ kind, text }) {
    return this.sentences[kind].replace('{text}', () => text)
  }
}

/** A key by which a finding that was warned of is known again; the service makes the same. */
export async function fingerprint({ kind, nth, text }) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${kind}\0${nth}\0${text}`))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('').slice(0, 32)
}

const folded = (text) => text.trim().split(/\s+/).filter(Boolean).join(' ')

/** The free texts of the log form, by field name, in the order in which the service reads them. */
export function partsOf(fields) {
  const value = (name) => fields.find(([one]) => one === name)?.[1] ?? ''
  const numbered = (list, end) => fields
    .map(([name, text]) => [name.match(new RegExp(`^${list}-([0-9]{1,2})-${end}$`))?.[1], text])
    .filter(([n, text]) => n !== undefined && folded(text))
    .sort(([a], [b]) => a - b)
    .map(([n, text]) => [`${list}-${n}-${end}`, folded(text)])
  return Object.fromEntries([['summary', folded(value('summary'))], ['place', folded(value('place'))], ...numbered('concern', 'title'), ...numbered('promise', 'what')])
}

/**
 * Reads a form's free texts as the service will: {findings, warned, refused}. `refused` are those to be shown beside
 * their fields: all of them while no reason is given, and with one those that were not shown before.
 */
export async function read(wording, fields) {
  const value = (name) => fields.find(([one]) => one === name)?.[1].trim() ?? ''
  const findings = await Promise.all(wording.findings(partsOf(fields)).map(async (one) => ({ ...one, print: await fingerprint(one) })))
  const shown = new Set(value('warned').split(/\s+/))
  const fresh = findings.filter(({ print }) => !shown.has(print))
  const reason = value('override_reason')
  return { findings, warned: findings.map(({ print }) => print).join(' '), refused: reason ? fresh : findings }
}
