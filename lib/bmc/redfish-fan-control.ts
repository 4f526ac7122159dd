import type { FanControl, FanModeKind } from '#lib/domain/fan.ts'
import { numberBeside, toControlPatch, toControlRelease, toFormPatch, type ControlRoute, type FanPatch, type FanRoute, type FormRoute } from '#lib/redfish/fan-route.ts'
import { toOptionalText, toPlainText } from './text.ts'

/** Nobody goes below this, whatever a BMC allows. Percent. */
const leastPercent = 20
/** What a policy of fans takes as a mode (`lib/domain/fan-policy`). */
const longestMode = 64
/** How often a duty is set again that ends by itself after so many seconds. */
const renewals = 4

/** What a BMC's Redfish can do with its fans. */
export function toFanControl(route: FanRoute): FanControl {
  return route.kind === 'control' ? ofControls(route) : ofForm(route)
}

function ofControls({ controls }: ControlRoute): FanControl {
  const isReleasable = controls.every((one) => toControlRelease(one) !== undefined)
  return {
    via: 'redfish',
    route: 'control',
    profile: 'redfish-control',
    name: 'Redfish Control',
    grade: 'A',
    source: 'DSP0268, Control',
    modes: isReleasable ? [{ id: 'automatic', name: 'Automatic', kind: 'automatic', canSet: true }, { id: 'manual', name: 'Manual', kind: 'manual', canSet: false }] : [],
    automatic: isReleasable ? 'automatic' : null,
    zones: controls.map((one) => ({ id: toZoneId(one.path), name: toPlainText(one.name, 60) })),
    setsTogether: false,
    switches: [],
    floorPercent: Math.max(leastPercent, ...controls.map(({ minimum }) => minimum ?? 0)),
    settleMs: { mode: 2_000, duty: 5_000 },
    reassertSeconds: 60,
    survivesReset: { mode: null, duty: null },
    guarantee: { kind: 'stays', rescues: null },
    sendings: [
      ...(isReleasable ? [{ purpose: 'Automatic', sends: controls.map((one) => toText(toControlRelease(one)!)) }] : []),
      { purpose: 'duty', sends: controls.map((one) => toText(toControlPatch(one, '{percent}'))) },
    ],
  }
}

/** The last segment of a Control's path: unique within the node's own chassis, and what its maker calls it. */
export const toZoneId = (path: string) => toPlainText(path.slice(path.lastIndexOf('/') + 1), 60)

export const levelZone = 'all'

function ofForm(route: FormRoute): FanControl {
  const { form } = route
  const { level, expiresSeconds } = form
  const words = route.words.filter(isWhole)
  const secondWords = route.second?.words.filter(isWhole) ?? []
  const hasLevel = level !== undefined && numberBeside(route, level.property) !== undefined
  const kindOf = (word: string): FanModeKind => (form.full.includes(word) ? 'full' : 'automatic')
  return {
    via: 'redfish',
    route: 'oem',
    profile: form.id,
    name: form.name,
    grade: 'A',
    source: form.source,
    modes: [
      // Where the BMC steers in one of several ways, that it steers is no way by itself.
      ...words.map((word) => ({ id: word, name: word, kind: kindOf(word), canSet: secondWords.length === 0 || word !== form.automatic })),
      ...secondWords.map((word) => ({ id: word, name: word, kind: 'automatic' as const, canSet: true })),
      ...(hasLevel && !level.isMinimum ? [{ id: 'Manual', name: 'Manual', kind: 'manual' as const, canSet: false }] : []),
    ],
    automatic: words.includes(form.automatic) ? form.automatic : (words.find((word) => !form.full.includes(word)) ?? null),
    zones: hasLevel ? [{ id: levelZone, name: level.isMinimum ? 'All fans, at least' : 'All fans' }] : [],
    setsTogether: false,
    switches: [],
    floorPercent: Math.max(leastPercent, numberBeside(route, level?.least) ?? 0),
    settleMs: { mode: 5_000, duty: 5_000 },
    reassertSeconds: hasLevel && expiresSeconds !== undefined ? Math.floor(expiresSeconds / renewals) : null,
    survivesReset: { mode: null, duty: null },
    guarantee: hasLevel && expiresSeconds !== undefined ? { kind: 'expires', seconds: expiresSeconds, rescues: null } : { kind: 'stays', rescues: !hasLevel || level.isMinimum ? true : null },
    sendings: [
      ...[...words, ...secondWords].map((word) => ({ purpose: word, sends: [toText(toModePatch(route, word))] })),
      ...(hasLevel ? [{ purpose: 'duty', sends: [toText(toFormPatch(route, { ...level.along, [level.property]: '{percent}' }))] }] : []),
    ],
  }
}

/** A BMC's word is a mode's id as it stands, since it is sent and compared so: what would have to be cut is not offered. */
const isWhole = (word: string) => toPlainText(word, longestMode) === word

/** The mode that is told; where the BMC steers, the way in which it does. */
export function toFormMode({ form, current, second }: FormRoute): string | null {
  const told = second !== undefined && current === form.automatic && second.words.includes(second.current) ? second.current : current
  return toOptionalText(told, longestMode) ?? null
}

/** A word of the form's own, or of the second property beside it, which counts only while the BMC steers. */
export function toModePatch(route: FormRoute, word: string): FanPatch {
  const { form, siblings, second } = route
  const { level } = form
  if (second?.words.includes(word)) return toFormPatch(route, { [form.property]: form.automatic, [second.property]: word })
  const release = word === form.automatic && level !== undefined && level.property in siblings ? level.release : {}
  return toFormPatch(route, { [form.property]: word, ...release })
}

const toText = ({ path, body }: FanPatch) => toPlainText(`PATCH ${path} ${JSON.stringify(body)}`, 400)
