import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readBaseline } from '../e2e/strangers/redfish-mutant-facts.ts'
import { tryMutant } from '../e2e/strangers/redfish-mutants.ts'
import { createRandom, type Tree } from '../e2e/strangers/redfish-mutation.ts'
import { readRecording, RECORDINGS } from '../e2e/strangers/replay-redfish.ts'

/**
 * Damages recorded Redfish trees, one resource at a time, and reads all facts of each: no exception but our own, and none false without a
 * word. Prints every mutant that breaks that, with what was done, and the counts.
 */
const { values } = parseArgs({ options: { mutants: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } } })
const folder = join(RECORDINGS, 'redfish')
if (!existsSync(folder)) throw new Error(`no recordings at ${folder}: set RECORDINGS`)
const machines = readdirSync(folder).map((file) => file.replace('.json.gz', ''))
const each = Math.ceil(Number(values.mutants) / machines.length)
const random = createRandom(Number(values.seed))
const total = { mutants: 0, refused: 0, crashes: 0, false: 0 }
for (const machine of machines) {
  const tree = readRecording(machine).resources as Tree
  const before = await readBaseline(tree)
  const startedAt = performance.now()
  for (let count = 0; count < each; count++) {
    const { mutation, crash, refused, found } = await tryMutant(before, random)
    total.mutants++
    if (refused.length > 0) total.refused++
    if (crash !== undefined) total.crashes++
    if (found.length > 0) total.false++
    if (crash !== undefined || found.length > 0) console.log(machine, JSON.stringify({ ...mutation, was: undefined }), crash ?? found.slice(0, 3))
  }
  console.error(`${machine}: ${((performance.now() - startedAt) / each).toFixed(1)} ms a mutant`)
}
console.log(`redfish-mutants ${total.mutants} mutants, ${total.refused} of which a reader said nothing but an error, ${total.crashes} crashes, ${total.false} false without a word`)
