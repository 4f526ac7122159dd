import { readMutant, type Baseline, type Facts } from './redfish-mutant-facts.ts'
import { mutate, type Mutation } from './redfish-mutation.ts'

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

/** Excuses that only silence has: what is garbled or refused must be told from what is left out. */
const LEFT_OUT: readonly Excuse[] = [
  // A part whose state is left out is there, and the 0 of an absent sensor is a reading then.
  ({ at }, sentence) => /\.Status\b/.test(at) && /^(?:sensors .* reading: undefined|[a-z]+: \d+) became \d+$/i.test(sentence),
  // So is what it says of its health, which would be that of an empty slot (HPE).
  ({ at }, sentence) => at.endsWith('.Status.State') && sentence.startsWith('health: '),
  // An order that lacks one has the next in its place.
  ({ at }, sentence) => at.includes('.BootOrder') && sentence.includes(' bootPlace: '),
  // Which sensor an excerpt is a copy of is told by a link (NVIDIA).
  ({ at }, sentence) => at.endsWith('.DataSourceUri') && sentence.startsWith('sensors: '),
  // The chassis speaks where the system is silent.
  ({ at, path }, sentence) => path.includes('/Systems/') && ['.Model', '.Manufacturer', '.SerialNumber', '.SKU', '.PartNumber', '.AssetTag', '.UUID'].includes(at) && /(?:^|\s)(?:model|manufacturer|serial|sku|partNumber|assetTag|uuid): /.test(sentence),
  // An enclosure that does not call itself one may be the node's own box.
  ({ at }, sentence) => at === '.ChassisType' && sentence.startsWith('chassis: '),
  // An interface answers to the address burnt in, where no other is told.
  ({ at }, sentence) => /^\.(?:MACAddress|MacAddress)$/.test(at) && sentence.includes(' mac: '),
  // An interface or a service of which nothing is said is in use.
  ({ at }, sentence) => at === '.InterfaceEnabled' && sentence.includes(' isEnabled: '),
  ({ at }, sentence) => at === '.ServiceEnabled' && /^can \w+: 0 became 1$/.test(sentence),
  // An interface has a short name beside its full one, which need not be the beginning of it (Intel).
  ({ at }, sentence) => at === '.FQDN' && sentence.includes(' hostName: '),
  // A certificate whose subject has no common name is named by its organisation.
  ({ at }, sentence) => /^\.(?:Subject|Issuer)\b/.test(at) && /^certificate .* (?:subject|issuer): /.test(sentence),
  // A list of links that breaks off is a shorter list.
  ({ path, at }, sentence) => `${path}${at}`.includes('PCIeFunctions') && sentence.includes(' functions: '),
  // A BMC that says the one and the other of its light (Dell) is taken at the newer word, where that is told.
  ({ at }, sentence) => at === '.LocationIndicatorActive' && sentence.startsWith('indicator: '),
  // Where the list of the firmware is not told, that of the software is all there is.
  ({ at }, sentence) => at === '.FirmwareInventory' && sentence.startsWith('firmware: '),
  // One resource under two links is known by its own id.
  ({ at }, sentence) => at === '.@odata.id' && sentence.startsWith('firmware: '),
  // Supplies are numbered by their place.
  ({ at }, sentence) => /^\.Members\[\d+\]/.test(at) && sentence.startsWith('supply Power supply '),
  // Where the host names no chassis, those that name the host are its own.
  ({ path, at }, sentence) => /\/Systems\/[^/]+$/.test(path) && at.startsWith('.Links') && /^(?:chassis|adapter|pcie|supply): /.test(sentence),
]

/** What is none the less true, however it comes about. */
const TRUE: readonly Excuse[] = [
  // A sensor that stands at two places (NVIDIA) reads a little differently at each.
  ({ path }, sentence) => /\/(?:Sensors|EnvironmentMetrics|ThermalMetrics|PowerSubsystem|ThermalSubsystem)\b|\/Chassis\/[^/]+$/.test(path) && isNear(/^sensors .* reading: (\S+) became (\S+)$/.exec(sentence)),
  // Where the older document of all sensors is not to be had, the newer ones stand in, and there may be more of them.
  ({ path, at }, sentence) => (/\/(?:Thermal|Power)(?:\.(?:Temperatures|Fans|Voltages|PowerSupplies))?$/.test(path + at) || /^\.(?:Thermal|Power)\b/.test(at)) && sentence.startsWith('sensors: '),
  // What an enclosure and its sled tell alike is told once (Dell FC630); what they do not tell alike is listed of each.
  ({ path, at }, sentence) => /\/(?:Power|Thermal)$/.test(path) && /^\.Fans\[|\.(?:SerialNumber|Name|PowerConsumedWatts)$/.test(at) && sentence.startsWith('sensors: '),
  // Where the chassis that the host names is not there, those that name the host stand in, and it is said that there may be more (Intel S2600).
  ({ what, path }, sentence) => what === 'status' && /\/Chassis\/[^/]+$/.test(path) && sentence.startsWith('chassis: '),
  // Whether a "last output" is one shows only beside the capacity.
  ({ at }, sentence) => at.endsWith('.PowerCapacityWatts') && sentence.endsWith('/output power vanished'),
  // What a PCIe link could be is told where what it is is not.
  ({ at }, sentence) => at.startsWith('.PCIeInterface') && sentence.includes(' busLinkMax: undefined became '),
  // The kept package of a version (Dell) stands in for the version, in its own spelling: `0.4.0.0.0.0` is 0.4.
  ({ path }, sentence) => path.includes('/FirmwareInventory/Installed-') && / firmware: (\S+) became \1(?:\.0)+$/.test(sentence),
  // A maker's own action does what the standard's does (HPE has both).
  ({ path }, sentence) => path.includes('/VirtualMedia/') && / (?:way: standard became oem|action: undefined became \S+|(?:insert|eject)Target: \S+ became \S+)$/.test(sentence),
]

type Excuse = (mutation: Mutation, sentence: string) => boolean

function isNear(found: RegExpExecArray | null): boolean {
  const [was, now] = [Number(found?.[1]), Number(found?.[2])]
  return Math.abs(now - was) <= Math.abs(was) / 20
}

const isExcused = (mutation: Mutation, sentence: string) => [...TRUE, ...(isSilent(mutation) ? LEFT_OUT : [])].some((excuses) => excuses(mutation, sentence))

/** `refused`: the readers that gave an error and no facts. */
export type Verdict = { mutation: Mutation; crash?: unknown; refused: string[]; found: string[] }

export async function tryMutant(before: Baseline, random: () => number): Promise<Verdict> {
  const { mutant, mutation } = mutate(before.tree, before.paths, random)
  try {
    const { facts, refused } = await readMutant(mutant, before, mutation.path)
    const found = findFalse(before.facts, facts, isSilent(mutation))
    return { mutation, refused, found: found.filter((sentence) => !isExcused(mutation, sentence)) }
  } catch (error) {
    return { mutation, refused: [], found: [], crash: error }
  }
}
