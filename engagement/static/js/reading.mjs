// Reads what stands in the log form before it is kept, by the service's own tables. It comes once somebody types.
import { check } from './checks.mjs'
import { warn } from './warning.mjs'
import { around, partsOf, read, Wording } from './wording.mjs'

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
  warn($form, $device, { fields, warned, findings: findings.map((one) => ({ ...one, around: around(parts[one.name], one) })) }, takeOut)
  return [...found, ...refused.map((one) => ({ field: one.name, sentence: wording.sentence(one) }))]
}
