import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readFacts, toExpected, type Facts } from './redfish-facts.ts'
import { RECORDINGS } from './replay-redfish.ts'

/**
 * Facts that somebody read in the raw trees, who had not looked at our readers (facts/README.md), against what our readers say.
 * Where both were looked at again and still differ, `DIFFERS` says why.
 */
const factsFolder = join(import.meta.dirname, 'facts')
const machines = readdirSync(factsFolder).filter((file) => file.endsWith('.json')).map((file) => file.replace('.json', ''))
const hasRecordings = existsSync(join(RECORDINGS, 'redfish'))
if (!hasRecordings) console.warn(`skipped: no recordings at ${RECORDINGS} (set RECORDINGS)`)

const POWER_GOOD = 'The file counts the power-good signals that older iDRACs list as voltages of 1 V; we show them as states.'

const DIFFERS: Record<string, Partial<Record<string, string>>> = {
  'dell-c6320': { voltages: POWER_GOOD },
  'dell-fc630': { voltages: POWER_GOOD },
  'dell-r720': { voltages: POWER_GOOD },
  'dell-r740': { voltages: POWER_GOOD, powerCapInForce: "That it is off stands in the manager's attributes alone (ServerPwr.1.PowerCapSetting), which are not read." },
  'dell-r750': { indicator: 'The file has the word, Lit. An iDRAC 9 says so of the light that is always on; it blinks to locate.' },
  'dell-xr8620t': { indicator: 'The file has the older word, Lit, as above; LocationIndicatorActive beside it says false.' },
  'hpe-dl325-gen10plus': {
    health: 'The system calls itself well; two PCIe devices warn of a port without a cable. The system knows better.',
    isExplained: 'As it is well, there is nothing to explain.',
  },
  'hpecray-slingshot-switch': {
    firmware: 'One item bears the version "na", which is none: nothing is installed there.',
    indicator: 'It is the enclosure that tells it. We read the light with the power state, in one GET of the system, and there is none.',
  },
  'nvidia-bluefield-dpu': {
    counts: 'One adapter is told in two chassis: the file counts both resources, we show the one of the host.',
    ports: 'The same of its ports.',
  },
  'nvidia-gh200': { accelerators: 'The file counts those of the host system, which has none; we show those of the system beside it.' },
}

describe.skipIf(!hasRecordings)('facts read by somebody else', () => {
  it.each(machines)('%s', async (machine) => {
    const facts = JSON.parse(readFileSync(join(factsFolder, `${machine}.json`), 'utf8')) as Facts
    const excused = DIFFERS[machine] ?? {}
    const expected = toExpected(facts)
    const found = await readFacts(machine)
    const pick = (from: Record<string, unknown>) => Object.fromEntries(Object.keys(expected).filter((field) => !(field in excused)).map((field) => [field, from[field]]))
    expect(pick(found)).toEqual(pick(expected))
    // In our words, of a part that stands in the file.
    expect((found['unwell'] as string[]).filter((part) => !facts.healthReasons.some((sentence) => sentence.includes(part)))).toEqual([])
    // An excuse that is none any more would hide the next difference.
    expect(Object.keys(excused).filter((field) => isDeepStrictEqual(found[field], expected[field]))).toEqual([])
  })
})
