// Reads what stands in the log form before it is kept, by the service's own tables. It comes once somebody types.
import { check } from './checks.mjs'
import { warn } from './warning.mjs'
import { partsOf, pieces, read, Wording } from './wording.mjs'

const PATIENCE = 4000 // milliseconds

let table = null

/** What free text is read by; null where it does not come in time. */
export function rules() {
  table ??= fetch('/offline/wording.json', { signal: AbortSignal.timeout(PATIENCE) })
    .then(async (answer) => new Wording(await answer.json()))
    .catch(() => { table = null; return null }) // the service reads the words as well
  return table
}

/** What is to be mended, [{field, sentence}]; what was found in free text is shown, with a button that does `takeOut`. */
export async function problems({ $form, $device, sentences }, fields, now, takeOut) {
  const found = check(fields, now).map(({ field, wrong }) => ({ field, sentence: sentences[wrong] }))
  const wording = await rules()
  if (wording === null) return found
  const { findings, warned, refused } = await read(wording, fields)
  const parts = partsOf(fields)
  const lines = [...new Set(findings.map(({ name }) => name))].map((name) => ({ name, pieces: pieces(parts[name], findings.filter((one) => one.name === name)) }))
  warn($form, $device, { fields, warned, lines, intelligence: findings.some(({ kind }) => kind === 'intelligence') }, takeOut)
  return [...found, ...refused.map((one) => ({ field: one.name, sentence: wording.sentence(one) }))]
}
