import type { Found } from './sensor-plan.ts'
import type { Part, PowerSupply, Sensor, SensorKind, Thresholds } from './sensor.ts'
import type { ChassisLinks } from './tree.ts'

/** Fewer that look alike may be chance: each box has its inlet temperature. */
const MIN_ALIKE = 2

/**
 * A sled and the enclosure it stands in may both list the enclosure's fans and supplies, each under its own path (Dell FC630 in an
 * FX2): they are kept where the host is. A supply is known by its serial number. Sensors have none, so it takes all that the
 * second chassis lists of a kind, with the same names and thresholds and most readings the same. Decided when the structure is read,
 * and kept until it is read anew: a fan that turns faster a moment later is not a second fan.
 */
export function leaveOutRepeats(found: readonly Found[], chassis: readonly ChassisLinks[]): Found[] {
  const partsOf = ({ path }: ChassisLinks) =>
    found.flatMap(({ source, body }) => (source.chassis.path === path ? [source.toPart(body)] : []))
  const repeated = new Set<string>()
  for (const outer of chassis) {
    for (const inner of chassis.filter(({ path }) => path !== outer.path && outer.contains.includes(path))) {
      const [kept, other] = outer.host === 'named' ? [outer, inner] : [inner, outer]
      for (const source of findRepeats(partsOf(kept), partsOf(other))) repeated.add(source)
    }
  }
  if (repeated.size === 0) return [...found]
  return found.map(({ source, body }) => ({
    source: { ...source, toPart: (fresh: unknown) => without(source.toPart(fresh), repeated) },
    body,
  }))
}

/** The sources of what `other` tells again. */
function findRepeats(kept: Part[], other: Part[]): string[] {
  const serials = new Set(kept.flatMap(({ supplies }) => supplies.flatMap(({ serial }) => serial ?? [])))
  const isAgain = ({ serial }: PowerSupply) => serial !== undefined && serials.has(serial)
  const supplies = other.flatMap((part) => part.supplies.filter(isAgain))
  // The state of a supply goes with the supply.
  const kinds = new Set(other.flatMap((part) => part.sensors.map(({ kind }) => kind)).filter((kind) => kind !== 'state'))
  const sensors = [...kinds].flatMap((kind) => {
    const theirs = ofKind(other, kind)
    return isSameList(theirs, ofKind(kept, kind)) ? theirs : []
  })
  if (supplies.length + sensors.length === 0) return []
  // Where a chassis is known to repeat another, so are its watts that say the same, and the redundancy of supplies that are the other's.
  const watts = ofKind(other, 'power').filter((one) => ofKind(kept, 'power').some((ours) => isLike(one, ours) && isSameReading(one, ours)))
  const names = new Set(kept.flatMap((part) => part.groups.map(({ name }) => name)))
  const shared = other.filter((part) => part.supplies.length > 0 && part.supplies.every(isAgain))
  const groups = shared.flatMap((part) => part.groups.filter(({ name }) => names.has(name)))
  return [...supplies, ...sensors, ...groups, ...watts].map(({ source }) => source)
}

const ofKind = (parts: Part[], kind: SensorKind) => parts.flatMap((part) => part.sensors.filter((sensor) => sensor.kind === kind))

function isSameList(theirs: Sensor[], ours: Sensor[]): boolean {
  const pairs = theirs.map((one) => [one, ours.find((other) => isLike(one, other))] as const)
  if (pairs.length < MIN_ALIKE || pairs.some(([, other]) => other === undefined)) return false
  const alike = pairs.filter(([one, other]) => isSameReading(one, other))
  return alike.length * 2 > pairs.length
}

const isLike = (one: Sensor, other: Sensor): boolean =>
  one.name === other.name && one.unit === other.unit && isAgreed(one.thresholds, other.thresholds)

/** A threshold that only one of the two tells speaks for neither. */
const isAgreed = (some: Thresholds, others: Thresholds): boolean =>
  Object.entries(some).every(([name, value]) => (others[name as keyof Thresholds] ?? value) === value)

const isSameReading = (one: Sensor, other: Sensor | undefined): boolean => one.reading !== undefined && one.reading === other?.reading

function without(part: Part, repeated: ReadonlySet<string>): Part {
  // A supply's figures stand below its own source.
  const isRepeated = ({ source }: { source: string }) => repeated.has(source)
  const gone = part.supplies.filter(isRepeated)
  const belongs = ({ source }: Sensor) => gone.some((supply) => source === supply.source || source.startsWith(`${supply.source}/`))
  return {
    ...part,
    supplies: part.supplies.filter((supply) => !isRepeated(supply)),
    groups: part.groups.filter((group) => !isRepeated(group)),
    sensors: part.sensors.filter((sensor) => !isRepeated(sensor) && !belongs(sensor)),
  }
}
