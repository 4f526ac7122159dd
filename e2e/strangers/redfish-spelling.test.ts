import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createModel } from '#lib/redfish/model.ts'
import { readAbilities } from '#lib/redfish/read-abilities.ts'
import { readInventory } from '#lib/redfish/read-inventory.ts'
import { readSensors } from '#lib/redfish/read-sensors.ts'
import { createMemorySession } from '#lib/redfish/testing/memory-session.ts'
import { readRecording, RECORDINGS, toKey } from './replay-redfish.ts'

const folder = join(RECORDINGS, 'redfish')
const machines = existsSync(folder) ? readdirSync(folder).map((file) => file.replace('.json.gz', '')) : []
if (machines.length === 0) console.warn(`skipped: no recordings at ${folder} (set RECORDINGS)`)

/** Whose links differ from their resources in case: the BIOS of the host. */
const CASELESS = new Set(['hpe-dl325-gen10plus', 'hpe-dl380a-gen11', 'hpe-xl675d-gen10plus-a40'])

const withoutSlash = (path: string) => (path.length > 1 ? path.replace(/\/$/, '') : path)

/** The recorded tree as a BMC that takes every path literally, or one to which the case makes no difference. */
async function readAll(machine: string, isStrict: boolean) {
  const { resources } = readRecording(machine)
  const toOne = isStrict ? withoutSlash : toKey
  const paths = new Map(Object.keys(resources).map((path) => [toOne(path), path]))
  const session = createMemorySession(new Proxy<Record<string, unknown>>({}, { get: (_, path) => resources[paths.get(toOne(String(path))) ?? ''] }))
  const model = createModel(session)
  await readSensors(model)
  const { parts } = await readInventory(model)
  const { bios } = await readAbilities(model)
  return { parts: parts.length, attributes: bios?.attributes, requests: session.requests }
}

describe.skipIf(machines.length === 0)('a recorded machine whose BMC takes paths literally', () => {
  it.each(machines)('%s: says the same, and is asked once more only for a link that differs from the resource in case', async (machine) => {
    const strict = await readAll(machine, true)
    const tolerant = await readAll(machine, false)
    expect([strict.parts, strict.attributes]).toEqual([tolerant.parts, tolerant.attributes])
    // Each such link once, however often it is followed.
    const usual = new Set(tolerant.requests)
    const retried = new Set(strict.requests.filter((request) => !usual.has(request)))
    expect(strict.requests).toHaveLength(tolerant.requests.length + retried.size)
    expect(retried.size > 0).toBe(CASELESS.has(machine))
    const askedFor = new Set(tolerant.requests.map(toKey))
    expect([...retried].filter((request) => !askedFor.has(toKey(request)))).toEqual([])
    expect(strict.requests.filter((request) => request.includes('$skip='))).toEqual([])
  })
})
