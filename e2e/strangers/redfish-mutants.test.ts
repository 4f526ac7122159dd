import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBaseline } from './redfish-mutant-facts.ts'
import { tryMutant } from './redfish-mutants.ts'
import { createRandom, type Tree } from './redfish-mutation.ts'
import { readRecording, RECORDINGS } from './replay-redfish.ts'

const folder = join(RECORDINGS, 'redfish')
const machines = existsSync(folder) ? readdirSync(folder).map((file) => file.replace('.json.gz', '')) : []
if (machines.length === 0) console.warn(`skipped: no recordings at ${folder} (set RECORDINGS)`)

/** A seeded share of the 100,000 of bench/redfish-mutants.ts. */
const mutantsPerMachine = 50

describe.skipIf(machines.length === 0)('a recorded machine with one resource damaged', () => {
  it.each(machines)('%s: no crash, and no fact turns false without a word', async (machine) => {
    const tree = readRecording(machine).resources as Tree
    const before = await readBaseline(tree)
    const random = createRandom(0x5eed)
    for (let count = 0; count < mutantsPerMachine; count++) {
      const { mutation, crash, found } = await tryMutant(before, random)
      expect({ mutation, crash, found }).toEqual({ mutation, crash: undefined, found: [] })
    }
  })
})
