import type { BootOverride, BootTarget } from '../machine.ts'
import { errorAnswer, valueNotInList, type Answer } from './errors.ts'
import type { Resource, Subject } from './resource.ts'

/** How a make's firmware takes a boot override (DSP0268, ComputerSystem.Boot), as recordings and the clients' bug reports have it. */
export interface BootDialect {
  targets: readonly string[]
  /** `free`: may be set; `fixed`: told, and refused in a PATCH whatever it says (iLO 5); `none`: not there (iLO of some ProLiants). */
  mode: 'free' | 'fixed' | 'none'
  /** The modes are listed as allowable. */
  listsModes?: boolean
  /** Enabled, target and mode must come together (Supermicro, AMI, H3C). */
  needsAll?: boolean
  /** What Enabled may be, where it is listed. */
  lasting?: readonly string[]
  /** Refuses the target None (iLO): an override is ended by Enabled alone. */
  refusesNone?: boolean
  takesUri?: boolean
}

const words: Record<string, BootTarget> = {
  None: 'none', Pxe: 'pxe', UefiHttp: 'http', Hdd: 'disk', Cd: 'cd', UsbCd: 'cd', Usb: 'usb', BiosSetup: 'setup', Diags: 'diagnostics', Utilities: 'diagnostics',
}
const lastings = { Disabled: 'disabled', Once: 'once', Continuous: 'always' } as const
const modes = { UEFI: 'uefi', Legacy: 'legacy' } as const

const keyOf = <Key extends string, Value>(map: Readonly<Record<Key, Value>>, value: Value) => (Object.keys(map) as Key[]).find((key) => map[key] === value)

/** The word by which this make tells a target: of several the first that it allows. */
const toWord = (target: BootTarget, { targets }: BootDialect) => targets.find((word) => words[word] === target) ?? keyOf(words, target)

export function bootResource({ machine, dialect }: Subject): Resource {
  const { boot } = dialect
  const override = machine.bootOverride()
  return {
    BootSourceOverrideEnabled: keyOf(lastings, override.enabled),
    ...(boot.lasting ? { 'BootSourceOverrideEnabled@Redfish.AllowableValues': boot.lasting } : {}),
    BootSourceOverrideTarget: toWord(override.target, boot),
    'BootSourceOverrideTarget@Redfish.AllowableValues': boot.targets,
    ...(boot.mode === 'none' ? {} : { BootSourceOverrideMode: keyOf(modes, override.mode) }),
    ...(boot.listsModes === true ? { 'BootSourceOverrideMode@Redfish.AllowableValues': Object.keys(modes) } : {}),
    ...(boot.takesUri === true ? { HttpBootUri: override.uri ?? '' } : {}),
  }
}

/** A PATCH of Boot. All of it is done or nothing. */
export function setBoot({ machine, dialect }: Subject, given: Resource): Answer | undefined {
  const next = toOverride(given, dialect.boot, machine.bootOverride())
  if ('status' in next) return next
  machine.setBootOverride(next)
  return undefined
}

const whole = ['BootSourceOverrideEnabled', 'BootSourceOverrideTarget', 'BootSourceOverrideMode'] as const

function toOverride(given: Resource, dialect: BootDialect, before: BootOverride): BootOverride | Answer {
  const { BootSourceOverrideEnabled: enabled, BootSourceOverrideTarget: target, BootSourceOverrideMode: mode, HttpBootUri: uri } = given
  const missing = dialect.needsAll === true ? whole.find((name) => given[name] === undefined) : undefined
  if (missing !== undefined) return errorAnswer(400, 'PropertyMissing', `The property ${missing} is a required property and must be included in the request.`, [missing])
  if (mode !== undefined && dialect.mode !== 'free') return errorAnswer(400, 'PropertyNotWritable', 'The property BootSourceOverrideMode is a read-only property.', ['BootSourceOverrideMode'])
  if (uri !== undefined && dialect.takesUri !== true) return errorAnswer(400, 'PropertyUnknown', 'The property HttpBootUri is not in the list of valid properties.', ['HttpBootUri'])
  if (target !== undefined && !dialect.targets.includes(String(target))) return valueNotInList(String(target), 'BootSourceOverrideTarget')
  if (target === 'None' && dialect.refusesNone === true) return valueNotInList('None', 'BootSourceOverrideTarget')
  if (enabled !== undefined && !(dialect.lasting ?? Object.keys(lastings)).includes(String(enabled))) return valueNotInList(String(enabled), 'BootSourceOverrideEnabled')
  if (mode !== undefined && !Object.hasOwn(modes, String(mode))) return valueNotInList(String(mode), 'BootSourceOverrideMode')
  const isOff = enabled === 'Disabled'
  return {
    enabled: enabled === undefined ? before.enabled : lastings[enabled as keyof typeof lastings],
    target: isOff ? 'none' : target === undefined ? before.target : words[String(target)]!,
    mode: mode === undefined ? before.mode : modes[mode as keyof typeof modes],
    ...(typeof uri === 'string' ? { uri } : {}),
  }
}
