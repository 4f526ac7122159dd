import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBaseline, type Facts } from './redfish-mutant-facts.ts'
import { findFalse } from './redfish-mutants.ts'
import type { Tree } from './redfish-mutation.ts'
import { readRecording, RECORDINGS, toKey } from './replay-redfish.ts'

const folder = join(RECORDINGS, 'redfish')
const machines = existsSync(folder) ? readdirSync(folder).map((file) => file.replace('.json.gz', '')) : []
if (machines.length === 0) console.warn(`skipped: no recordings at ${folder} (set RECORDINGS)`)

type Slip = (property: string, value: unknown) => unknown

/** Slips of firmware that go through a whole tree, as some machines have them in part. */
const slips: Record<string, Slip> = {
  'every number told as a string': (_, value) => (typeof value === 'number' ? String(value) : value),
  'no collection with a count': (property, value) => (property.endsWith('@odata.count') ? undefined : value),
  'every count 0': (property, value) => (property.endsWith('@odata.count') ? 0 : value),
}

function slipped(value: unknown, slip: Slip, property = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => slipped(one, slip, property))
  if (typeof value !== 'object' || value === null) return slip(property, value)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, slipped(inner, slip, name)]))
}

const toPlain = ({ values, things }: Facts) => ({ values, things: Object.fromEntries(Object.entries(things).map(([kind, known]) => [kind, [...known.keys()]])) })

const SYSTEMS = '/redfish/v1/Systems'
const DECOY = `${SYSTEMS}/Decoy`

/** The tree with one more system, listed first, that claims to be somebody and can do nothing. */
function withDecoy(tree: Tree): Tree | undefined {
  const path = Object.keys(tree).find((one) => toKey(one) === toKey(SYSTEMS))
  const collection = path === undefined ? undefined : (tree[path] as { Members?: unknown[] })
  if (collection?.Members === undefined || collection.Members.length === 0) return undefined
  const decoy = { '@odata.id': DECOY, Id: 'Decoy', Name: 'Decoy', Manufacturer: 'DECOY', Model: 'DECOY', SerialNumber: 'DECOY', Status: { State: 'Enabled', Health: 'Critical' }, Links: {} }
  return { ...tree, [path!]: { ...collection, Members: [{ '@odata.id': DECOY }, ...collection.Members] }, [DECOY]: decoy }
}

describe.skipIf(machines.length === 0)('a recorded machine with', () => {
  it.each(machines.flatMap((machine) => Object.keys(slips).map((slip) => [slip, machine] as const)))('%s says the same: %s', async (slip, machine) => {
    const tree = readRecording(machine).resources as Tree
    const [before, after] = [await readBaseline(tree), await readBaseline(slipped(tree, slips[slip]!) as Tree)]
    expect(findFalse(before.facts, after.facts, false)).toEqual([])
    expect(toPlain(after.facts)).toEqual(toPlain(before.facts))
  })

  it.each(machines)('counts that are too high says nothing false: %s', async (machine) => {
    const tree = readRecording(machine).resources as Tree
    const more: Slip = (property, value) => (property.endsWith('@odata.count') ? Number(value) + 3 : value)
    const [before, after] = [await readBaseline(tree), await readBaseline(slipped(tree, more) as Tree)]
    expect(findFalse(before.facts, after.facts, false)).toEqual([])
  })

  it.each(machines)('a decoy among its systems is still itself: %s', async (machine) => {
    const tree = readRecording(machine).resources as Tree
    const decoyed = withDecoy(tree)
    // A chassis manager or a switch has none, and whoever is then the only one is the host.
    if (decoyed === undefined) return
    const [before, after] = [await readBaseline(tree), await readBaseline(decoyed)]
    const systems = before.facts.things['system']?.size ?? 0
    expect(findFalse(before.facts, after.facts, false)).toEqual([`system: ${systems} became ${systems + 1}`])
  })
})
