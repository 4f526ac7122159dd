import { isRedfishError } from '#lib/redfish/errors.ts'
import type { RedfishPart } from '#lib/redfish/inventory-part.ts'
import { createModel, type RedfishModel } from '#lib/redfish/model.ts'
import { readHealth } from '#lib/redfish/read-health.ts'
import { readIdentity } from '#lib/redfish/read-identity.ts'
import { readInventory } from '#lib/redfish/read-inventory.ts'
import { readLog } from '#lib/redfish/read-log.ts'
import { readPower } from '#lib/redfish/read-power.ts'
import { readSensors, type SensorSweep } from '#lib/redfish/read-sensors.ts'
import { readResetTypes } from '#lib/redfish/reset.ts'
import { createMemorySession, type MemorySession } from '#lib/redfish/testing/memory-session.ts'
import { toKey } from './replay-redfish.ts'

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

/** One mutant: the tree with one of these resources damaged. */
export function mutate(tree: Tree, paths: readonly string[], random: () => number): { mutant: Tree; mutation: Mutation } {
  const path = pick(paths, random)
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

/** The readers of the product, in the order in which they are asked. The log is read a second time from where the first ended. */
const READERS = {
  sweep: (model) => readSensors(model),
  power: (model) => readPower(model),
  health: (model, sweep) => readHealth(model, sweep),
  identity: (model) => readIdentity(model),
  resets: (model) => readResetTypes(model),
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

/** The facts of a tree that differs from the baseline's in one resource. A reader that did not ask for it says what it said. */
async function readMutant(mutant: Tree, { said: known, asked, keys }: Baseline, path: string): Promise<Facts> {
  const model = createModel(openTree(mutant, keys))
  const said: Record<string, unknown> = {}
  for (const name of NAMES) said[name] = asked[name].has(path) ? await READERS[name](model, said.sweep as SensorSweep) : known[name]
  return toFacts(said as Said)
}

function toFacts({ sweep, power, health, identity, resets, inventory, log }: Said): Facts {
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
    if (!agrees(value, before.values[name])) found.push(`${name}: ${String(before.values[name])} became ${String(value)}`)
  }
  for (const [kind, known] of Object.entries(before.things)) {
    const now = after.things[kind] ?? new Map<string, Record<string, unknown>>()
    for (const [key, said] of now) {
      const was = known.get(key)
      if (was !== undefined) found.push(...Object.entries(said).filter(([name, value]) => !agrees(value, was[name])).map(([name, value]) => `${kind} ${key} ${name}: ${String(was[name])} became ${String(value)}`))
    }
    // One whose name is gone is known by another; there must only not be more of them.
    if (now.size > known.size) found.push(`${kind}: ${known.size} became ${now.size}`)
    if (isSilent || !after.complete.has(kind) || now.size >= known.size) continue
    for (const key of known.keys()) if (!now.has(key)) found.push(`${kind} ${key} vanished`)
  }
  for (const kind of Object.keys(after.things)) if (!(kind in before.things)) found.push(`${kind} appeared`)
  return found
}

/** True for what was said before, or part of it: of a list some, of an object some properties. */
function agrees(now: unknown, was: unknown): boolean {
  if (now === undefined || now === was) return true
  if (Array.isArray(now)) return Array.isArray(was) && now.every((one) => was.some((other) => agrees(one, other)))
  if (typeof now !== 'object' || now === null || typeof was !== 'object' || was === null) return false
  return Object.entries(now).every(([name, value]) => agrees(value, (was as Record<string, unknown>)[name]))
}

/** What a BMC leaves out, or links to nowhere that may be followed, is not told; nobody can miss it. */
const isSilent = ({ what, at, was }: Mutation) => what === 'drop' || what === 'null' || what === 'truncate' || isLink(was) || at.endsWith('.@odata.id')
const isLink = (value: unknown) => typeof value === 'object' && value !== null && '@odata.id' in value && Object.keys(value).length === 1

/** What cannot be told from the truth, or is none the less true. */
const EXCUSED: readonly ((mutation: Mutation, sentence: string) => boolean)[] = [
  // A processor whose type is left out is a CPU.
  ({ at }, sentence) => at === '.ProcessorType' && /^(?:processor|accelerator)/.test(sentence),
  // A part whose state is left out is there, and the 0 of an absent sensor is a reading then.
  ({ at }, sentence) => /\.Status\b/.test(at) && / became \d+$/.test(sentence),
  // A sensor that stands at two places (NVIDIA) reads a little differently at each, and which it is a copy of is told by a link.
  ({ path }, sentence) => path.includes('/Sensors') && sentence.startsWith('sensors ') && sentence.includes(' reading: '),
  ({ at }, sentence) => at.startsWith('.Sensors') && sentence.startsWith('sensors ') && sentence.includes(' reading: '),
  ({ at }, sentence) => at.endsWith('.DataSourceUri') && sentence.startsWith('sensors: '),
  // Where the older document of all sensors is not to be had, the newer ones stand in, and there may be more of them.
  ({ path, at }, sentence) => (/\/(?:Thermal|Power)$/.test(path) || /^\.(?:Thermal|Power)\b/.test(at)) && sentence.startsWith('sensors: '),
  // A last output that equals the capacity is none, where the capacity is told.
  ({ at }, sentence) => at.endsWith('CapacityWatts') && sentence.startsWith('sensors: '),
  // The older SimpleStorage stands in for Storage, and lists other things as disks.
  ({ path, at }, sentence) => (path.endsWith('/Storage') || at.startsWith('.Storage')) && sentence.startsWith('drive: '),
  // "PCIe SSD" of which one word is not told is the other.
  ({ at }, sentence) => /\.(?:Protocol|MediaType)$/.test(at) && sentence.includes(' technology: '),
  // The chassis speaks where the system is silent.
  ({ at }, sentence) => ['.Model', '.Manufacturer', '.SerialNumber', '.SKU', '.PartNumber', '.AssetTag', '.UUID'].includes(at) && / became /.test(sentence),
  // An interface answers to the address burnt in, where no other is told.
  ({ at }, sentence) => /^\.(?:MACAddress|MacAddress)$/.test(at) && sentence.includes(' mac: '),
  // An interface of which nothing is said is in use.
  ({ at }, sentence) => at === '.InterfaceEnabled' && sentence.includes(' isEnabled: '),
  // One device at two paths (Dell) is known by being told alike at both.
  ({ path }, sentence) => path.includes('/PCIeDevices/') && sentence.startsWith('pcie: '),
  // A certificate whose subject has no common name is named by its organisation.
  ({ at }, sentence) => /^\.(?:Subject|Issuer)\b/.test(at) && /^certificate .* (?:subject|issuer): /.test(sentence),
  // A list of links that breaks off is a shorter list.
  ({ path, at }, sentence) => `${path}${at}`.includes('PCIeFunctions') && sentence.includes(' functions: '),
  // A link of which only the width is told, or only what it could be; a host name of which only the short one is.
  ({ at }, sentence) => at.startsWith('.PCIeInterface') && / busLink(?:Max)?: /.test(sentence),
  ({ at }, sentence) => at === '.FQDN' && sentence.includes(' hostName: '),
  // The kept package of a version (Dell) stands in for the version, in its own spelling.
  ({ path, at }, sentence) => (at === '.Version' || (at === '' && path.includes('/FirmwareInventory/Installed-'))) && sentence.startsWith('firmware ') && sentence.includes(' firmware: '),
  // What an error stands in place of is a resource without it.
  ({ at }, sentence) => at.startsWith('.error') && sentence.endsWith(' appeared'),
  // An address without its prefix is the same address.
  ({ at }, sentence) => /\.(?:PrefixLength|SubnetMask)$/.test(at) && sentence.includes(' addresses: '),
  // A BMC that says the one and the other of its light (Dell) is taken at the newer word, where that is told.
  ({ at }, sentence) => at === '.LocationIndicatorActive' && sentence.startsWith('indicator: '),
  // Supplies are numbered by their place, and what is no link has none.
  ({ at }, sentence) => /^\.Members\[\d+\]/.test(at) && sentence.startsWith('supply Power supply '),
  // A word that is none takes one reset away, and adds none.
  ({ at }, sentence) => /AllowableValues\[\d+\]$/.test(at) && /^resets \w+ vanished$/.test(sentence),
]

export type Verdict = { mutation: Mutation; crash?: unknown; refused?: boolean; found: string[] }

export async function tryMutant(before: Baseline, random: () => number): Promise<Verdict> {
  const { mutant, mutation } = mutate(before.tree, before.paths, random)
  try {
    const found = findFalse(before.facts, await readMutant(mutant, before, mutation.path), isSilent(mutation))
    return { mutation, found: found.filter((sentence) => !EXCUSED.some((excuses) => excuses(mutation, sentence))) }
  } catch (error) {
    return isRedfishError(error) ? { mutation, found: [], refused: true } : { mutation, found: [], crash: error }
  }
}
