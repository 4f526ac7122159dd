import { setSupermicroMode, supermicroMode, supermicroModes } from '../ipmi/fan-families.ts'
import type { MakeName } from '../makes.ts'
import { snoopingLink } from './boot-progress.ts'
import { errorAnswer, valueNotInList, type Answer } from './errors.ts'
import { collection, link, type Branch, type Resource, type Subject } from './resource.ts'

/** The resource in which a make has its fans, beside the standard's Controls. */
type Place = 'manager' | 'thermal' | 'chassis' | 'own'
/** How a make tells of its fans over Redfish and takes orders for them, as its manual has it (shared/vendors.md §1). */
interface FanDialect {
  place: Place
  /** Below the resource, the keys of the maker's object; none for a resource of its own. */
  keys: readonly string[]
  show: (subject: Subject) => Resource
  set: (subject: Subject, change: Resource) => Answer | undefined
}

/** What a boost or a configuration asks of the fans at least, in percent. */
const boosts: Record<string, number> = { Normal: 0, Low: 35, Medium: 55, High: 75 }
const configurations: Record<string, number> = { OptimalCooling: 0, EnhancedCooling: 40, IncreasedCooling: 60, MaximumCooling: 100 }
const huaweiLeast = 20
const coolings: ReadonlySet<unknown> = new Set(['EnergySaving', 'LowNoise', 'HighPerformance'])
const profiles = ['Default', 'Acoustic', 'Performance']

const readOnly = (property: string) => errorAnswer(400, 'PropertyNotWritable', `The property ${property} is read-only.`, [property])
const outOfRange = (property: string) => errorAnswer(400, 'PropertyValueOutOfRange', `The value of the property ${property} is out of range.`, [property])

/** One property that takes one word of a list. */
const oneWord = (property: string, words: readonly string[], take: (subject: Subject, word: string) => void) => (subject: Subject, change: Resource): Answer | undefined => {
  for (const [name, value] of Object.entries(change)) {
    if (name !== property) return readOnly(name)
    if (!words.includes(String(value))) return valueNotInList(String(value), name)
    take(subject, String(value))
  }
  return undefined
}

const supermicroWords = supermicroModes.filter((word) => word !== 'PUE2')

const fanDialects: Partial<Record<MakeName, FanDialect>> = {
  supermicro: {
    place: 'own',
    keys: [],
    show: ({ machine: { fans } }) => ({ Mode: supermicroModes[supermicroMode(fans)], 'Mode@Redfish.AllowableValues': supermicroWords }),
    set: oneWord('Mode', supermicroWords, ({ machine: { fans } }, word) => setSupermicroMode(fans, supermicroModes.indexOf(word as never))),
  },
  hpe: {
    place: 'thermal',
    keys: ['Oem', 'Hpe'],
    show: ({ machine: { fans } }) => ({ ThermalConfiguration: fans.word || 'OptimalCooling', FanPercentMinimum: fans.registers.get('minimum') ?? 0 }),
    set({ machine: { fans } }, change) {
      for (const [name, value] of Object.entries(change)) {
        if (name === 'ThermalConfiguration') {
          if (configurations[String(value)] === undefined) return valueNotInList(String(value), name)
          fans.word = String(value)
        } else if (name === 'FanPercentMinimum') {
          if (!Number.isInteger(value) || Number(value) < 0 || Number(value) > 100) return outOfRange(name)
          fans.registers.set('minimum', Number(value))
        } else return readOnly(name)
      }
      fans.setLeast(Math.max(configurations[fans.word] ?? 0, fans.registers.get('minimum') ?? 0))
      return undefined
    },
  },
  xfusion: {
    place: 'thermal',
    keys: ['Oem', 'xFusion'],
    show: ({ machine: { fans } }) => ({
      FanSpeedAdjustmentMode: fans.isHeld() ? 'Manual' : 'Automatic',
      'FanSpeedAdjustmentMode@Redfish.AllowableValues': ['Automatic', 'Manual', 'Mixed'],
      FanSpeedLevelPercents: fans.duty(0),
      FanSpeedMinimalLevelPercents: huaweiLeast,
      FanSpeedMaximumLevelPercents: 100,
      FanManualModeTimeoutSeconds: fans.registers.get('timeout') ?? 0,
      FanSmartCoolingMode: fans.word || 'EnergySaving',
    }),
    set: setHuawei,
  },
  lenovo: {
    place: 'chassis',
    keys: ['Oem', 'Lenovo'],
    show: ({ machine: { fans } }) => ({ FanSpeedBoost: fans.word || 'Normal', 'FanSpeedBoost@Redfish.AllowableValues': Object.keys(boosts) }),
    set: oneWord('FanSpeedBoost', Object.keys(boosts), ({ machine: { fans } }, word) => {
      fans.word = word
      fans.setLeast(boosts[word]!)
    }),
  },
  openbmc: {
    place: 'manager',
    keys: ['Oem', 'OpenBmc', 'Fan'],
    show: ({ machine: { fans } }) => ({ Profile: fans.word || 'Default', 'Profile@Redfish.AllowableValues': profiles, FanControllers: {}, FanZones: {} }),
    set: oneWord('Profile', profiles, ({ machine: { fans } }, word) => {
      fans.word = word
      fans.setLeast(word === 'Performance' ? 60 : 0)
    }),
  },
}

/** The manual mode ends after its timeout, in seconds; 0 is for ever. Automatic ends it at once. */
function setHuawei({ machine: { fans } }: Subject, change: Resource): Answer | undefined {
  const { FanSpeedAdjustmentMode: mode, FanSpeedLevelPercents: level, FanManualModeTimeoutSeconds: timeout, FanSmartCoolingMode: cooling, ...others } = change
  const [other] = Object.keys(others)
  if (other !== undefined) return readOnly(other)
  if (mode !== undefined && mode !== 'Automatic' && mode !== 'Manual') return valueNotInList(String(mode), 'FanSpeedAdjustmentMode')
  if (cooling !== undefined && !coolings.has(cooling)) return valueNotInList(String(cooling), 'FanSmartCoolingMode')
  if (level !== undefined && !(Number.isInteger(level) && Number(level) >= huaweiLeast && Number(level) <= 100)) return outOfRange('FanSpeedLevelPercents')
  if (timeout !== undefined) fans.registers.set('timeout', Number(timeout))
  if (cooling !== undefined) fans.word = String(cooling)
  const forMs = (fans.registers.get('timeout') ?? 0) * 1_000 || Infinity
  if (mode === 'Automatic') fans.give()
  if (mode === 'Manual') fans.freeze(undefined, forMs)
  if (level !== undefined && fans.isHeld()) fans.take(Number(level))
  return undefined
}

const dialectOf = ({ machine }: Subject) => fanDialects[machine.identity.make]
const ownPath = ({ paths }: Subject) => `${paths.manager}/Oem/Supermicro/FanMode`

/** What a resource has below its `Oem` for the fans. */
export function fanProperties(subject: Subject, place: Place): Resource {
  if (place === 'manager' && dialectOf(subject)?.place === 'own') return { Oem: { Supermicro: { FanMode: link(ownPath(subject)), ...snoopingLink(subject) } } }
  const dialect = dialectOf(subject)
  if (dialect?.place !== place) return {}
  return dialect.keys.reduceRight<Resource>((inner, key) => ({ [key]: inner }), dialect.show(subject))
}

const controlsPath = ({ paths }: Subject) => `${paths.chassis}/Controls`
export const controlLinks = (subject: Subject): Resource => (subject.hasFanControls ? { Controls: link(controlsPath(subject)) } : {})

/** The resources that are of fans alone. */
export function fanBranch(subject: Subject): Branch {
  const branch: Branch = new Map()
  const dialect = dialectOf(subject)
  const own = ownPath(subject)
  if (dialect?.place === 'own') branch.set(own, () => ({ '@odata.id': own, Id: 'FanMode', Name: 'FanMode', ...dialect.show(subject) }))
  if (!subject.hasFanControls) return branch
  const path = controlsPath(subject)
  const members = Array.from({ length: subject.machine.fans.count }, (_, fan) => `${path}/Fan${fan + 1}`)
  branch.set(path, () => collection(path, 'ControlCollection', 'Controls', members))
  for (const [fan, member] of members.entries()) branch.set(member, () => control(subject, member, fan))
  return branch
}

function control({ machine: { fans } }: Subject, path: string, fan: number): Resource {
  return {
    '@odata.id': path,
    '@odata.type': '#Control.v1_3_0.Control',
    Id: `Fan${fan + 1}`,
    Name: `Fan ${fan + 1}`,
    ControlType: 'Percent',
    PhysicalContext: 'Fan',
    SetPoint: fans.duty(fan),
    SetPointUnits: '%',
    AllowableMin: 10,
    AllowableMax: 100,
    ControlMode: fans.isHeld(fan) ? 'Manual' : 'Automatic',
    Status: { State: 'Enabled', Health: 'OK' },
  }
}

const placeOf = (subject: Subject, { place }: FanDialect) =>
  ({ manager: subject.paths.manager, thermal: `${subject.paths.chassis}/Thermal`, chassis: subject.paths.chassis, own: ownPath(subject) })[place]

/** Is it a resource with something of the fans that takes a PATCH? */
export function isFanPath(subject: Subject, path: string): boolean {
  const dialect = dialectOf(subject)
  return (dialect !== undefined && placeOf(subject, dialect) === path) || (subject.hasFanControls && path.startsWith(`${controlsPath(subject)}/Fan`))
}

/** A PATCH of the fans; undefined where it is of something else. */
export function patchFans(subject: Subject, path: string, body: Resource): Answer | undefined {
  if (subject.machine.fans.isClosed && isFanPath(subject, path)) return readOnly(Object.keys(body)[0] ?? '')
  const fan = subject.hasFanControls && path.startsWith(`${controlsPath(subject)}/Fan`) ? Number(path.slice(path.lastIndexOf('/Fan') + 4)) - 1 : undefined
  if (fan !== undefined) return patchControl(subject, fan, body)
  const dialect = dialectOf(subject)
  if (dialect === undefined) return undefined
  const change = dialect.keys.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Resource)[key] : undefined), body)
  if (path !== placeOf(subject, dialect) || typeof change !== 'object' || change === null) return undefined
  return dialect.set(subject, change as Resource) ?? { status: 204 }
}

function patchControl({ machine: { fans } }: Subject, fan: number, { SetPoint, ControlMode, ...others }: Resource): Answer {
  const [other] = Object.keys(others)
  if (other !== undefined) return readOnly(other)
  if (SetPoint !== undefined && !(typeof SetPoint === 'number' && SetPoint >= 10 && SetPoint <= 100)) return outOfRange('SetPoint')
  if (ControlMode !== undefined && ControlMode !== 'Manual' && ControlMode !== 'Automatic') return valueNotInList(String(ControlMode), 'ControlMode')
  if (ControlMode === 'Automatic') fans.give([fan])
  else if (typeof SetPoint === 'number') fans.take(SetPoint, [fan])
  return { status: 204 }
}
