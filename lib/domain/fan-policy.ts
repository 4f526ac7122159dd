import * as z from 'zod/mini'
import { curvePoints, toPercent, type CurvePoint } from './fan-curve.ts'
import { sayFan } from './fan-words.ts'
import type { FanControl, FanDuties, FanOrder } from './fan.ts'
import { why, type Why } from './reason.ts'

/** What the fans do when Baseboard lets go of them: the BMC steers them again, or they run at full speed. */
export const fanLetGo = z.enum(['automatic', 'full'])
export type FanLetGo = z.infer<typeof fanLetGo>

/** When and how a duty that is ours is let go of. `sensors`: keys of temperatures; the hottest counts, and none may be missing. */
const handle = {
  sensors: z.array(z.string().check(z.minLength(1), z.maxLength(300))).check(z.minLength(1), z.maxLength(16)),
  limitC: z.int().check(z.minimum(30), z.maximum(110)),
  letGo: fanLetGo,
}

const zoneId = z.string().check(z.minLength(1), z.maxLength(64))
const percent = z.int().check(z.minimum(0), z.maximum(100))
const someZones = z.refine((zones: unknown) => zones !== null && typeof zones === 'object' && Object.keys(zones).length >= 1 && Object.keys(zones).length <= 32, 'name from 1 to 32 zones')

/** By the id of a switch of the control: told whenever the fans are taken up by this policy, before anything else. */
const switches = { switches: z.optional(z.record(zoneId, z.boolean()).check(z.refine((all: unknown) => Object.keys(all as object).length <= 8, 'name at most 8 switches'))) }

/** What somebody wants of a node's fans. */
export const fanPolicy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('automatic'), ...switches }),
  z.strictObject({ kind: z.literal('mode'), mode: z.string().check(z.minLength(1), z.maxLength(64)), ...switches }),
  z.strictObject({ kind: z.literal('fixed'), zones: z.record(zoneId, percent).check(someZones), ...handle, ...switches }),
  z.strictObject({
    kind: z.literal('curve'),
    zones: z.record(zoneId, curvePoints).check(someZones),
    hysteresisC: z.int().check(z.minimum(0), z.maximum(20)),
    ...handle,
    ...switches,
  }),
])
export type FanPolicy = z.infer<typeof fanPolicy>

/** A policy under which the duty is ours, so that somebody must stand by. */
export type HeldPolicy = Extract<FanPolicy, { kind: 'fixed' | 'curve' }>

export const isHeld = (policy: FanPolicy): policy is HeldPolicy => policy.kind === 'fixed' || policy.kind === 'curve'

/** An administrator has read what an unverified profile sends, and turned it on for a node. What it sends must still be that. */
export const fanConsent = z.object({ profile: z.string(), sends: z.array(z.string()), by: z.string(), at: z.iso.datetime() })
export type FanConsent = z.infer<typeof fanConsent>

/** Everything that a control sends, as people read it. */
export const toSends = (control: Pick<FanControl, 'sendings'>): string[] => control.sendings.flatMap(({ purpose, sends }) => sends.map((one) => `${purpose}: ${one}`))

export const isConsented = (control: FanControl, consent: FanConsent | null): boolean =>
  control.grade !== 'C' || (consent?.profile === control.profile && JSON.stringify(consent.sends) === JSON.stringify(toSends(control)))

/** The reason that this sentence gives. */
export const because = (code: FanReason['code'], said: Why): FanBecause => ({ code, text: said.text, why: [said] })

/** Why a policy cannot be for these fans; null where it can. In a manual mode every zone needs a duty: one left out would stay as it is. */
export function toPolicyObjection(policy: FanPolicy, control: FanControl): Why | null {
  const strange = Object.keys(policy.switches ?? {}).find((id) => !control.switches.some((one) => one.id === id))
  if (strange !== undefined) return sayFan('fan-no-switch', { switch: strange })
  if (policy.kind === 'automatic') return control.automatic === null ? sayFan('fan-no-automatic') : null
  if (policy.kind === 'mode') {
    const mode = control.modes.find(({ id }) => id === policy.mode)
    if (mode?.canSet !== true) return sayFan('fan-no-mode', { mode: policy.mode })
    return mode.kind === 'manual' ? sayFan('fan-mode-wants-duty', { mode: mode.name }) : null
  }
  if (control.zones.length === 0) return sayFan('fan-no-duty')
  const unknown = Object.keys(policy.zones).find((zone) => !control.zones.some(({ id }) => id === zone))
  if (unknown !== undefined) return sayFan('fan-no-zone', { zone: unknown })
  const missing = control.zones.find(({ id }) => policy.zones[id] === undefined)
  if (missing !== undefined) return sayFan('fan-zone-missing', { zone: missing.name })
  const least = Math.min(...Object.values<number | CurvePoint[]>(policy.zones).flatMap((zone) => (typeof zone === 'number' ? zone : zone.map((point) => point.percent))))
  return least < control.floorPercent ? sayFan('fan-floor', { floor: control.floorPercent, percent: least }) : null
}

/** The duties of a policy at a temperature. Never below the floor, whatever the policy says. */
export function toDuties(policy: HeldPolicy, celsius: number, floorPercent: number): FanDuties {
  const duties = policy.kind === 'fixed' ? Object.entries(policy.zones) : Object.entries(policy.zones).map(([zone, points]) => [zone, toPercent(points, celsius)] as const)
  return Object.fromEntries(duties.map(([zone, duty]) => [zone, Math.max(floorPercent, duty)]))
}

/** What is sent to let go: the other of the two where these fans do not take what was chosen. */
export function toLetGoOrder(to: FanLetGo, control: FanControl): FanOrder {
  const unverified = toUnverified(control)
  if (to === 'automatic' && control.automatic !== null) return { kind: 'automatic', ...unverified }
  if (control.zones.length > 0) return { kind: 'duty', duties: Object.fromEntries(control.zones.map(({ id }) => [id, 100])), ...unverified }
  const full = control.modes.find(({ kind, canSet }) => kind === 'full' && canSet)
  return full === undefined ? { kind: 'automatic', ...unverified } : { kind: 'mode', mode: full.id, ...unverified }
}

/** What is told of the switches of a policy. */
export const toSwitchOrders = ({ switches = {} }: FanPolicy, control: FanControl): FanOrder[] => Object.entries(switches).map(([id, on]) => ({ kind: 'switch', switch: id, on, ...toUnverified(control) }))

/** For an order of an unverified profile: that it was turned on for this node. Look at the consent before. */
export const toUnverified = (control: FanControl): { unverified?: string } => (control.grade === 'C' ? { unverified: control.profile } : {})

/**
 * How quickly the handle acts, for the page and the conductor alike. Temperatures are asked for this often while a duty is ours; one that is
 * missing for `lostAfterSeconds` is lost; what a killed conductor left is taken up or let go of within `takeUpSeconds` of the node's next owner.
 */
export const fanTiming = { temperatureSeconds: 15, lostAfterSeconds: 60, takeUpSeconds: 5 } as const

/** `waiting`: not done yet. `held`: the duty is ours. `set`: the BMC steers, as was asked. `released`: let go of, and why. */
export const fanState = z.enum(['waiting', 'held', 'set', 'released', 'failed'])
export type FanState = z.infer<typeof fanState>

/**
 * Why fans were let go of, or are not held. `lost-temperature`, `unreachable`, `stopped` and `off` (the host is) end by themselves; after `too-hot`, `refused`,
 * `unverified` and `impossible` a person must ask anew.
 */
export const fanReasonCode = z.enum(['too-hot', 'lost-temperature', 'unreachable', 'stopped', 'off', 'refused', 'unverified', 'impossible', 'protected', 'forbidden'])
/** `text` in English; `why` the same for pages in another language, where the sentence is ours. */
export const fanReason = z.object({ code: fanReasonCode, text: z.string(), why: z.optional(z.array(why)), at: z.iso.datetime() })
export type FanReason = z.infer<typeof fanReason>
/** The same before anybody knows since when. */
export type FanBecause = Omit<FanReason, 'at'>

const forAPerson: ReadonlySet<FanReason['code']> = new Set(['too-hot', 'refused', 'unverified', 'impossible', 'protected', 'forbidden'])
export const waitsForAPerson = (code: FanReason['code']) => forAPerson.has(code)

/** Reasons that somebody should hear of: the fans are not as was asked, and nobody did that on purpose. */
export const isNews = (code: FanReason['code']) => code !== 'stopped' && code !== 'off'
