import { isRedfishError } from '#lib/redfish/errors.ts'
import type { RedfishPart } from '#lib/redfish/inventory-part.ts'
import { createModel } from '#lib/redfish/model.ts'
import { readHealth } from '#lib/redfish/read-health.ts'
import { readIdentity } from '#lib/redfish/read-identity.ts'
import { readInventory } from '#lib/redfish/read-inventory.ts'
import { readLog } from '#lib/redfish/read-log.ts'
import { readPower } from '#lib/redfish/read-power.ts'
import { readSensors } from '#lib/redfish/read-sensors.ts'
import { readResetTypes } from '#lib/redfish/reset.ts'
import { createMemorySession } from '#lib/redfish/testing/memory-session.ts'

/** Resources by path; a number is the status that the BMC answers instead. */
export type Tree = Record<string, unknown>

/** xorshift32: the same mutants in every run. */
export function createRandom(seed: number): () => number {
  let state = seed | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** What was done to which resource: enough to do it again by hand. `was` stood there. */
export type Mutation = { path: string; at: string; what: 'drop' | 'null' | 'retype' | 'truncate' | 'status' | 'html'; was?: unknown }

const pick = <T>(from: readonly T[], random: () => number): T => from[Math.floor(random() * from.length)]!

/** A value of another type than the one that stands there. None of these can pass for a word, a number or a place that a tree has. */
function retype(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return pick([true, 'x', {}, { '@odata.id': 7 }], random)
  if (typeof value === 'object' && value !== null) return pick([true, [null], [[]]], random)
  return pick([{}, [null], [[]], { '@odata.id': 7 }, { '@odata.id': '/redfish/../x' }], random)
}

/** One mutant: the tree with one resource damaged. */
export function mutate(tree: Tree, random: () => number): { mutant: Tree; mutation: Mutation } {
  // The service root is read before there is a conversation: without it there is none.
  const path = pick(Object.keys(tree).filter((one) => typeof tree[one] === 'object' && !/^\/redfish\/v1\/?$/.test(one)), random)
  const roll = random()
  if (roll < 0.06) return { mutant: { ...tree, [path]: pick([403, 404, 500], random) }, mutation: { path, at: '', what: 'status' } }
  // A body that breaks off or is a login page is no JSON: the session answers `bad-json`, which a string stands for here.
  if (roll < 0.1) return { mutant: { ...tree, [path]: '<html>' }, mutation: { path, at: '', what: 'html' } }
  const [what, change] = pick(CHANGES, random)
  const { changed, at, was } = within(tree[path], change, random)
  return { mutant: { ...tree, [path]: changed }, mutation: { path, at, what, was } }
}

const gone = Symbol('gone')
type Change = (value: unknown, random: () => number) => unknown

const CHANGES: readonly [Mutation['what'], Change][] = [
  ['drop', () => gone],
  ['null', () => null],
  ['retype', retype],
  ['truncate', (value, random) => (Array.isArray(value) ? value.slice(0, Math.floor(random() * value.length)) : gone)],
]

/** Changes one property or element somewhere below a body. */
function within(value: unknown, change: Change, random: () => number): { changed: unknown; at: string; was: unknown } {
  const keys = Object.keys(value as object)
  if (keys.length === 0) return { changed: value, at: '', was: value }
  const key = pick(keys, random)
  const inner = (value as Record<string, unknown>)[key]
  const isDeep = typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0 && random() < 0.7
  const { changed, at, was } = isDeep ? within(inner, change, random) : { changed: change(inner, random), at: '', was: inner }
  if (Array.isArray(value)) {
    const list = changed === gone ? value.toSpliced(Number(key), 1) : value.with(Number(key), changed)
    return { changed: list, at: `[${key}]${at}`, was }
  }
  const { [key]: _, ...others } = value as Record<string, unknown>
  return { changed: changed === gone ? others : { ...(value as object), [key]: changed }, at: `.${key}${at}`, was }
}

/** What a node is said to be: single values, sets that may shrink, and what is said to be incomplete. */
export type Facts = {
  values: Record<string, unknown>
  /** Things by kind: each has a key and what is said of it. */
  things: Record<string, Map<string, Record<string, unknown>>>
  /** Kinds of which it is said that all could be read. */
  complete: Set<string>
}

const toThings = <T>(list: readonly T[], keyOf: (item: T) => string, say: (item: T) => Record<string, unknown>) =>
  new Map(list.map((item) => [keyOf(item), say(item)]))

/** What a part is called depends on its neighbours. */
function withoutNames(part: RedfishPart): Record<string, unknown> {
  const { kind: _kind, slot: _slot, name: _name, id: _id, place: _place, ...said } = part
  return said
}

/** Reads everything as the product does. Throws a RedfishError when the BMC as a whole cannot be read. */
export async function readFacts(tree: Tree): Promise<Facts> {
  const model = createModel(createMemorySession(tree))
  const sweep = await readSensors(model)
  const [power, health, identity, resets] = [await readPower(model), await readHealth(model, sweep), await readIdentity(model), await readResetTypes(model)]
  const inventory = await readInventory(model)
  const log = await readLog(model)
  await readLog(model, JSON.parse(JSON.stringify(log.cursors)))
  const { bmc, processors, ...who } = identity
  const values = {
    ...who,
    ...Object.fromEntries(Object.entries(processors).map(([name, value]) => [`processors.${name}`, value])),
    bmcModel: bmc.model,
    bmcFirmware: bmc.firmwareVersion,
    power: power.powerState,
    indicator: power.indicator,
    health: health.health,
    watts: sweep.draw?.reading,
  }
  const things: Facts['things'] = {
    resets: toThings(resets.allowed, String, () => ({})),
    sensors: toThings(sweep.sensors, ({ source }) => source, ({ reading, kind, health: level }) => ({ reading, kind, level })),
    logs: toThings(log.services, ({ service }) => service.path, () => ({})),
  }
  for (const kind of new Set(inventory.parts.map((part) => part.kind))) {
    const parts = inventory.parts.filter((part) => part.kind === kind)
    things[kind] = toThings(parts, ({ slot }) => slot, withoutNames)
  }
  // A kind that is not mentioned is "not told by this BMC" on the page, and no claim that there is none.
  const complete = Object.entries(inventory.sections).filter(([, state]) => state === 'read').map(([kind]) => kind)
  if (sweep.failures.length === 0) complete.push('sensors')
  if (sweep.failures.length === 0 && resets.stated !== 'unstated') complete.push('resets')
  if ([log, ...log.services].every(({ failures }) => failures.length === 0)) complete.push('logs')
  return { values, things, complete: new Set(complete) }
}

/**
 * How a mutant's facts are false, in words; nothing when each is as before, not reported, or said to be incomplete. What a BMC leaves
 * out (`isSilent`) nobody can miss; what it garbles or refuses must be said.
 */
export function findFalse(before: Facts, after: Facts, isSilent: boolean): string[] {
  const found: string[] = []
  for (const [name, value] of Object.entries(after.values)) {
    if (value !== undefined && value !== before.values[name]) found.push(`${name}: ${String(before.values[name])} became ${String(value)}`)
  }
  for (const [kind, known] of Object.entries(before.things)) {
    const now = after.things[kind] ?? new Map<string, Record<string, unknown>>()
    for (const [key, said] of now) {
      const was = known.get(key)
      if (was !== undefined) found.push(...Object.entries(said).filter(([name, value]) => value !== undefined && value !== was[name]).map(([name, value]) => `${kind} ${key} ${name}: ${String(was[name])} became ${String(value)}`))
    }
    // One whose name is gone is known by another; there must only not be more of them.
    if (now.size > known.size) found.push(`${kind}: ${known.size} became ${now.size}`)
    if (isSilent || !after.complete.has(kind) || now.size >= known.size) continue
    for (const key of known.keys()) if (!now.has(key)) found.push(`${kind} ${key} vanished`)
  }
  for (const kind of Object.keys(after.things)) if (!(kind in before.things)) found.push(`${kind} appeared`)
  return found
}

/** What a BMC leaves out, or links to nowhere that may be followed, is not told; nobody can miss it. */
const isSilent = ({ what, at, was }: Mutation) => what === 'drop' || what === 'null' || what === 'truncate' || isLink(was) || at.endsWith('.@odata.id')
const isLink = (value: unknown) => typeof value === 'object' && value !== null && '@odata.id' in value && Object.keys(value).length === 1

/**
 * What cannot be told from the truth: a processor whose type is left out is a CPU, a part whose state is left out is there, and a sensor
 * that stands at two places (NVIDIA) reads a little differently at each.
 */
const EXCUSED: readonly ((mutation: Mutation, sentence: string) => boolean)[] = [
  ({ at }, sentence) => at === '.ProcessorType' && /^(?:processor|accelerator)/.test(sentence),
  ({ at }, sentence) => at.startsWith('.Status') && / became \d+$/.test(sentence),
  ({ path }, sentence) => path.includes('/Sensors') && sentence.startsWith('sensors ') && sentence.includes(' reading: '),
]

export type Verdict = { mutation: Mutation; crash?: unknown; refused?: boolean; found: string[] }

export async function tryMutant(tree: Tree, before: Facts, random: () => number): Promise<Verdict> {
  const { mutant, mutation } = mutate(tree, random)
  try {
    const found = findFalse(before, await readFacts(mutant), isSilent(mutation))
    return { mutation, found: found.filter((sentence) => !EXCUSED.some((excuses) => excuses(mutation, sentence))) }
  } catch (error) {
    return isRedfishError(error) ? { mutation, found: [], refused: true } : { mutation, found: [], crash: error }
  }
}
