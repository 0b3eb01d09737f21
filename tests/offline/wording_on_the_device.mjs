// Reads {data, wordings} from standard input and answers with the findings of each wording, for a comparison with Python's.
import { fingerprint, Wording } from '../../engagement/static/js/wording.mjs'

const { data, wordings } = JSON.parse(await new Response(process.stdin).text())
const wording = new Wording(data)
const places = (text, at) => [...text.slice(0, at)].length // Python counts characters, JavaScript halves of some
const told = wordings.map((parts) => Promise.all(wording.findings(parts).map(async (one) => [
  one.name, one.kind, places(parts[one.name], one.start), places(parts[one.name], one.end), one.text, one.nth, wording.sentence(one), await fingerprint(one),
])))
process.stdout.write(JSON.stringify(await Promise.all(told)))
