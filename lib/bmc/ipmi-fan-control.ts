import type { FanControl, FanZone } from '#lib/domain/fan.ts'
import { setsTogether, type FanProfile } from './fan-profile.ts'
import { namesZone, toHexText, type FanTemplate } from './fan-template.ts'

/** One zone of this BMC with the byte that names it. */
export type ProfileZone = FanZone & { byte: number; fans?: readonly string[] | undefined }

/** A profile as what it can do for one BMC. */
export function toFanControl(profile: FanProfile, zones: readonly ProfileZone[], firmware: string): FanControl {
  return {
    via: 'ipmi',
    route: 'profile',
    profile: profile.id,
    name: profile.name,
    grade: profile.grade,
    source: profile.source,
    firmware,
    modes: profile.modes.map(({ id, name, kind, set }) => ({ id, name, kind, canSet: set !== undefined })),
    automatic: profile.automatic ?? null,
    zones: profile.setDuty === undefined ? [] : zones.map(({ id, name }) => ({ id, name })),
    setsTogether: setsTogether(profile),
    switches: profile.switches.map(({ id, name, read }) => ({ id, name, canRead: read !== undefined })),
    floorPercent: profile.floorPercent,
    settleMs: profile.settleMs,
    reassertSeconds: profile.reassertSeconds,
    survivesReset: profile.survivesReset,
    guarantee: { kind: profile.vanish.kind, ...(profile.vanish.seconds === undefined ? {} : { seconds: profile.vanish.seconds }), rescues: profile.vanish.rescues },
    sendings: toSendings(profile),
  }
}

function toSendings({ modes, setDuty, readMode, readDuty, switches }: FanProfile): FanControl['sendings'] {
  const reads = [readMode, readDuty, ...switches.map(({ read }) => read)].flatMap((one) => (one === undefined ? [] : [toText(one.send)]))
  return [
    ...modes.flatMap(({ name, set }) => (set === undefined ? [] : [{ purpose: name, sends: set.map(toText) }])),
    ...(setDuty === undefined ? [] : [{ purpose: 'duty', sends: setDuty.map(toText) }]),
    ...switches.flatMap(({ name, on, off }) => [{ purpose: `${name}: on`, sends: on.set.map(toText) }, { purpose: `${name}: off`, sends: off.set.map(toText) }]),
    ...(reads.length === 0 ? [] : [{ purpose: 'reading', sends: reads }]),
  ]
}

/** A template as it stands in its file. */
export function toText(template: FanTemplate): string {
  const { netFn, cmd, parts } = template
  return [toHexText([netFn, cmd]), ...parts.map((part) => (typeof part === 'number' ? toHexText([part]) : `{${part}}`))].join(' ')
}

/** The commands of one purpose with their zones: one that names a zone is sent for each of them. */
export function perZone(templates: readonly FanTemplate[], zones: readonly ProfileZone[]): { template: FanTemplate; zone: ProfileZone | undefined }[] {
  return templates.flatMap((template): { template: FanTemplate; zone: ProfileZone | undefined }[] => {
    return namesZone(template) ? zones.map((zone) => ({ template, zone })) : [{ template, zone: undefined }]
  })
}

/** Which zone a fan of this name is in; null where nothing tells. */
export function zoneOf(name: string, zones: readonly ProfileZone[]): string | null {
  if (zones.length === 1) return zones[0]!.id
  return zones.find(({ fans }) => fans?.some((start) => beginsWith(name, start)))?.id ?? null
}

function beginsWith(name: string, start: string): boolean {
  if (name.length < start.length) return false
  return [...start].every((mark, i) => (mark === '#' ? /\d/.test(name[i]!) : mark === '@' ? /[a-z]/i.test(name[i]!) : mark.toLowerCase() === name[i]!.toLowerCase()))
}
