import { isRedfishError } from '#lib/redfish/errors.ts'
import type { RedfishPart } from '#lib/redfish/inventory-part.ts'
import { createModel, type RedfishModel } from '#lib/redfish/model.ts'
import { readAbilities } from '#lib/redfish/read-abilities.ts'
import { readHealth } from '#lib/redfish/read-health.ts'
import { readIdentity } from '#lib/redfish/read-identity.ts'
import { readInventory } from '#lib/redfish/read-inventory.ts'
import { readLog } from '#lib/redfish/read-log.ts'
import { readPower } from '#lib/redfish/read-power.ts'
import { readSensors, type SensorSweep } from '#lib/redfish/read-sensors.ts'
import { readResetTypes } from '#lib/redfish/reset.ts'
import { createMemorySession, type MemorySession } from '#lib/redfish/testing/memory-session.ts'
import { toAbilityFacts } from './redfish-ability-facts.ts'
import type { Tree } from './redfish-mutation.ts'
import { toKey } from './replay-redfish.ts'

/** What a node is said to be: single values, sets that may shrink, and what is said to be incomplete. */
export type Facts = {
  values: Record<string, unknown>
  /** Things by kind: each has a key and what is said of it. */
  things: Record<string, Map<string, Record<string, unknown>>>
  /** Kinds of which it is said that all could be read. */
  complete: Set<string>
}

export const toThings = <T>(list: readonly T[], keyOf: (item: T) => string, say: (item: T) => Record<string, unknown>) =>
  new Map(list.map((item) => [keyOf(item), say(item)]))

/**
 * What a part is called depends on its neighbours. Of a link (`Gen3 x8`) or a drive (`NVMe SSD`) the one word is true without the other,
 * and an address without its prefix.
 */
function withoutNames(part: RedfishPart): Record<string, unknown> {
  const { kind: _kind, slot: _slot, name: _name, id: _id, place: _place, busLink, busLinkMax, technology, addresses, ...said } = part
  const words = { busLink: busLink?.split(' '), busLinkMax: busLinkMax?.split(' '), technology: technology?.split(' ') }
  return { ...said, ...words, addresses: addresses?.map(({ address, origin }) => ({ address: address.split('/'), origin })) }
}

/** The readers of the product, in the order in which they are asked. The log is read a second time from where the first ended. */
const READERS = {
  sweep: (model) => readSensors(model),
  power: (model) => readPower(model),
  health: (model, sweep) => readHealth(model, sweep),
  identity: (model) => readIdentity(model),
  resets: (model) => readResetTypes(model),
  abilities: (model) => readAbilities(model),
  inventory: (model) => readInventory(model),
  log: async (model) => {
    const log = await readLog(model)
    await readLog(model, JSON.parse(JSON.stringify(log.cursors)))
    return log
  },
} satisfies Record<string, (model: RedfishModel, sweep: SensorSweep) => Promise<unknown>>

type Said = { [Name in keyof typeof READERS]: Awaited<ReturnType<(typeof READERS)[Name]>> }
const NAMES = Object.keys(READERS) as (keyof Said)[]

/** An undamaged tree's facts, with what each reader said and asked for to say it. `paths` is what mutants may damage, `keys` finds a path. */
export type Baseline = {
  tree: Tree
  facts: Facts
  said: Said
  asked: Record<keyof Said, ReadonlySet<string>>
  paths: string[]
  keys: ReadonlyMap<string, string>
}

/** A tree as its BMC serves it: links may differ from its paths in case (HPE) and in a last slash. */
function openTree(tree: Tree, keys: Baseline['keys']): MemorySession {
  return createMemorySession(new Proxy<Tree>({}, { get: (_, path) => (typeof path === 'string' ? tree[keys.get(toKey(path)) ?? path] : undefined) }))
}

/** Each reader alone, so that what it asks for holds the structure too. Throws a RedfishError when the BMC as a whole cannot be read. */
export async function readBaseline(tree: Tree): Promise<Baseline> {
  const said: Record<string, unknown> = {}
  const asked: Record<string, ReadonlySet<string>> = {}
  const keys = new Map(Object.keys(tree).map((path) => [toKey(path), path]))
  for (const name of NAMES) {
    const session = openTree(tree, keys)
    const model = createModel(session)
    said[name] = name === 'sweep' ? await readSensors(model) : await READERS[name](model, name === 'health' ? await readSensors(model) : (said.sweep as SensorSweep))
    asked[name] = new Set(session.requests.map((request) => keys.get(toKey(request.replace('GET ', ''))) ?? request))
  }
  // The service root is read before there is a conversation: without it there is none. What no reader asks for cannot mislead one.
  const paths = Object.keys(tree).filter((path) => typeof tree[path] === 'object' && !/^\/redfish\/v1\/?$/.test(path) && NAMES.some((name) => asked[name]?.has(path)))
  return { tree, said: said as Said, asked: asked as Baseline['asked'], facts: toFacts(said as Said), paths, keys }
}

/**
 * The facts of a tree that differs from the baseline's in one resource. A reader that did not ask for it says what it said; one that
 * gives an error of ours (`refused`) says nothing, which is no reason for the others to be silent.
 */
export async function readMutant(mutant: Tree, { said: known, asked, keys }: Baseline, path: string): Promise<{ facts: Facts; refused: string[] }> {
  const model = createModel(openTree(mutant, keys))
  const said: Record<string, unknown> = {}
  const refused: string[] = []
  for (const name of NAMES) {
    try {
      // Health is judged by what a sweep saw.
      if (name === 'health' && said.sweep === undefined) continue
      said[name] = asked[name].has(path) ? await READERS[name](model, said.sweep as SensorSweep) : known[name]
    } catch (error) {
      if (!isRedfishError(error)) throw error
      refused.push(name)
    }
  }
  return { facts: toFacts(said as Partial<Said>), refused }
}

function toFacts({ sweep, power, health, identity, resets, abilities, inventory, log }: Partial<Said>): Facts {
  const { bmc, processors, ...who } = identity ?? {}
  const able = toAbilityFacts(abilities)
  const values = {
    ...who,
    ...Object.fromEntries(Object.entries(processors ?? {}).map(([name, value]) => [`processors.${name}`, value])),
    bmcModel: bmc?.model,
    bmcFirmware: bmc?.firmwareVersion,
    power: power?.powerState,
    indicator: power?.indicator,
    health: health?.health,
    watts: sweep?.draw?.reading,
    ...Object.fromEntries((['average', 'peak', 'limit', 'capacity'] as const).map((name) => [`watts.${name}`, sweep?.draw?.[name]])),
    ...able.values,
  }
  const things: Facts['things'] = {
    resets: toThings(resets?.target === undefined ? [] : resets.allowed, String, () => ({})),
    sensors: toThings(sweep?.sensors ?? [], ({ source }) => source, ({ reading, kind, health: level }) => ({ reading, kind, level })),
    logs: toThings(log?.services ?? [], ({ service }) => service.path, () => ({})),
    ...able.things,
  }
  for (const kind of new Set(inventory?.parts.map((part) => part.kind))) {
    const parts = inventory?.parts.filter((part) => part.kind === kind) ?? []
    things[kind] = toThings(parts, ({ slot }) => slot, withoutNames)
  }
  // A kind that is not mentioned is "not told by this BMC" on the page, and no claim that there is none.
  const complete = Object.entries(inventory?.sections ?? {}).filter(([, state]) => state === 'read').map(([kind]) => kind)
  if (sweep?.failures.length === 0) complete.push('sensors')
  if (resets !== undefined && resets.stated !== 'unstated' && resets.doubt === undefined) complete.push('resets')
  if (log !== undefined && [log, ...log.services].every(({ failures }) => failures.length === 0)) complete.push('logs')
  return { values, things, complete: new Set([...complete, ...able.complete]) }
}
