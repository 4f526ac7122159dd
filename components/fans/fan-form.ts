import type { CurvePoint } from '#lib/domain/fan-curve.ts'
import type { FanControl, FanMode } from '#lib/domain/fan.ts'
import { isHeld, type FanLetGo, type FanPolicy } from '#lib/domain/fan-policy.ts'
import { pickLimit, pickSensors } from '#lib/domain/fan-usual.ts'
import type { Sensor } from '#lib/domain/sensor.ts'

/** What somebody types of a fan policy: text, until it is one. `isLinked`: all zones by the first. */
export type PointDraft = { celsius: string; percent: string }
export type FanDraft = {
  kind: FanPolicy['kind']
  mode: string
  isLinked: boolean
  duties: Record<string, string>
  curves: Record<string, PointDraft[]>
  sensors: string[]
  limit: string
  hysteresis: string
  letGo: FanLetGo
  switches: Record<string, boolean>
}

type Temperature = Pick<Sensor, 'key' | 'name' | 'reading' | 'thresholds'>

const toPointDraft = ({ celsius, percent }: CurvePoint): PointDraft => ({ celsius: String(celsius), percent: String(percent) })

function usualCurve(floor: number, limitC: number): PointDraft[] {
  const low = Math.max(floor, 30)
  const rows: CurvePoint[] = [
    { celsius: Math.max(20, limitC - 45), percent: low },
    { celsius: Math.max(30, limitC - 25), percent: Math.max(low, 50) },
    { celsius: Math.max(40, limitC - 5), percent: 100 },
  ]
  return rows.map(toPointDraft)
}

/** The modes that somebody may ask for: in a manual one it takes a duty. */
export const toChoosable = ({ modes }: FanControl): FanMode[] => modes.filter(({ canSet, kind }) => canSet && kind !== 'manual')

/** The policy that stands, as a draft; where none does, one that is safe to begin with. */
export function toDraft(policy: FanPolicy | null, control: FanControl, temperatures: readonly Temperature[]): FanDraft {
  const chosen = pickSensors(temperatures)
  const held = policy !== null && isHeld(policy) ? policy : null
  const limitC = held?.limitC ?? pickLimit(chosen)
  const duty = (zone: string) => (held?.kind === 'fixed' ? held.zones[zone] : undefined)
  const curve = (zone: string) => (held?.kind === 'curve' ? held.zones[zone]?.map(toPointDraft) : undefined)
  const zones = control.zones.map(({ id }) => id)
  return {
    kind: policy?.kind ?? 'automatic',
    mode: policy?.kind === 'mode' ? policy.mode : (toChoosable(control)[0]?.id ?? ''),
    isLinked: held === null || new Set(Object.values(held.zones).map((zone) => JSON.stringify(zone))).size === 1,
    duties: Object.fromEntries(zones.map((zone) => [zone, String(duty(zone) ?? Math.max(50, control.floorPercent))])),
    curves: Object.fromEntries(zones.map((zone) => [zone, curve(zone) ?? usualCurve(control.floorPercent, limitC)])),
    sensors: held?.sensors ?? chosen.map(({ key }) => key),
    limit: String(limitC),
    hysteresis: String(held?.kind === 'curve' ? held.hysteresisC : 3),
    letGo: held?.letGo ?? (control.automatic === null ? 'full' : 'automatic'),
    switches: policy?.switches ?? {},
  }
}

/** What keeps a draft from being a policy; the page has a sentence for each. `at`: the zone, and the row of its curve. */
export type FanProblem = { code: 'mode' | 'duty' | 'floor' | 'celsius' | 'order' | 'slower' | 'points' | 'sensors' | 'limit' | 'hysteresis'; zone?: string; row?: number }

const whole = (text: string, from: number, to: number): number | null => (/^\d{1,3}$/.test(text.trim()) && Number(text) >= from && Number(text) <= to ? Number(text) : null)

function toPoints(rows: readonly PointDraft[], zone: string, floor: number): { points: CurvePoint[]; problems: FanProblem[] } {
  const problems: FanProblem[] = []
  const points: CurvePoint[] = []
  rows.forEach((draft, row) => {
    const celsius = whole(draft.celsius, 0, 120)
    const percent = whole(draft.percent, 0, 100)
    const before = points.at(-1)
    if (celsius === null) problems.push({ code: 'celsius', zone, row })
    else if (percent === null) problems.push({ code: 'duty', zone, row })
    else if (percent < floor) problems.push({ code: 'floor', zone, row })
    else if (before !== undefined && celsius <= before.celsius) problems.push({ code: 'order', zone, row })
    else if (before !== undefined && percent < before.percent) problems.push({ code: 'slower', zone, row })
    else points.push({ celsius, percent })
  })
  if (rows.length < 2 || rows.length > 12) problems.push({ code: 'points', zone })
  return { points, problems }
}

/** The policy of a draft, or what is wrong with it. Pure. */
export function toPolicy(draft: FanDraft, control: FanControl): { policy: FanPolicy } | { problems: FanProblem[] } {
  const found = toBarePolicy(draft, control)
  return 'problems' in found || Object.keys(draft.switches).length === 0 ? found : { policy: { ...found.policy, switches: draft.switches } }
}

function toBarePolicy(draft: FanDraft, control: FanControl): { policy: FanPolicy } | { problems: FanProblem[] } {
  if (draft.kind === 'automatic') return { policy: { kind: 'automatic' } }
  if (draft.kind === 'mode') return draft.mode === '' ? { problems: [{ code: 'mode' }] } : { policy: { kind: 'mode', mode: draft.mode } }
  const problems: FanProblem[] = []
  const limitC = whole(draft.limit, 30, 110)
  const hysteresisC = whole(draft.hysteresis, 0, 20)
  if (draft.sensors.length === 0 || draft.sensors.length > 16) problems.push({ code: 'sensors' })
  if (limitC === null) problems.push({ code: 'limit' })
  if (draft.kind === 'curve' && hysteresisC === null) problems.push({ code: 'hysteresis' })
  const source = (zone: string) => (draft.isLinked ? control.zones[0]!.id : zone)
  const shown = draft.isLinked ? control.zones.slice(0, 1) : control.zones
  const handle = { sensors: draft.sensors, limitC: limitC ?? 0, letGo: draft.letGo }
  if (draft.kind === 'fixed') {
    for (const { id } of shown) {
      const percent = whole(draft.duties[id] ?? '', 0, 100)
      if (percent === null) problems.push({ code: 'duty', zone: id })
      else if (percent < control.floorPercent) problems.push({ code: 'floor', zone: id })
    }
    const zones = Object.fromEntries(control.zones.map(({ id }) => [id, Number(draft.duties[source(id)])]))
    return problems.length > 0 ? { problems } : { policy: { kind: 'fixed', zones, ...handle } }
  }
  const curves = new Map(shown.map(({ id }) => [id, toPoints(draft.curves[id] ?? [], id, control.floorPercent)]))
  problems.push(...[...curves.values()].flatMap((curve) => curve.problems))
  const zones = Object.fromEntries(control.zones.map(({ id }) => [id, curves.get(source(id))?.points ?? []]))
  return problems.length > 0 ? { problems } : { policy: { kind: 'curve', zones, hysteresisC: hysteresisC ?? 0, ...handle } }
}
