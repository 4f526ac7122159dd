import * as z from 'zod/mini'
import { protocol } from './protocol.ts'

/**
 * How far what is known of a fan control may be believed: A from the maker's own document or source, B from maintained code that ran on
 * hardware, C from one report of somebody: a guess until a BMC confirms it, and switched off until an administrator turns it on.
 */
export const fanGrade = z.enum(['A', 'B', 'C'])

/** What a mode means for whoever cares about heat: the BMC steers, all fans run full, or it takes our duty and steers nothing. */
export const fanModeKind = z.enum(['automatic', 'full', 'manual'])
export type FanModeKind = z.infer<typeof fanModeKind>

/** One mode of this BMC. `name` is the maker's own word; `canSet` is false for one that it only reports. */
export const fanMode = z.object({ id: z.string(), name: z.string(), kind: fanModeKind, canSet: z.boolean() })
export type FanMode = z.infer<typeof fanMode>

/** Fans that share one duty. */
export const fanZone = z.object({ id: z.string(), name: z.string() })
export type FanZone = z.infer<typeof fanZone>

/** Something beside the duty that is on or off at this BMC (Dell: more air for PCIe cards of other makers). */
export const fanSwitch = z.object({ id: z.string(), name: z.string(), canRead: z.boolean() })

/**
 * What happens to the fans if Baseboard vanishes while it holds them: they stay at the last duty, or the BMC takes them back by itself
 * after at most so many seconds. `rescues`: whether this BMC still raises the fans of a manual duty by itself when a threshold is crossed;
 * null where nothing is known of it.
 */
export const fanGuarantee = z.object({
  kind: z.enum(['stays', 'expires']),
  seconds: z.optional(z.number()),
  rescues: z.nullable(z.boolean()),
})

/** What survives a restart of the BMC; null where nothing is known. */
export const fanSurvival = z.object({ mode: z.nullable(z.boolean()), duty: z.nullable(z.boolean()) })

/** What would be sent for one purpose, in the order in which it is: IPMI bytes in hexadecimal, or a Redfish request. For people to read. */
export const fanSending = z.object({ purpose: z.string(), sends: z.array(z.string()) })

/** How the fans of one node can be told what to do, as a probe found it. */
export const fanControl = z.object({
  via: protocol,
  /** `control`: a standard Control resource; `oem`: a property of the maker's; `profile`: bytes known for this firmware (IPMI). */
  route: z.enum(['control', 'oem', 'profile']),
  profile: z.string(),
  name: z.string(),
  grade: fanGrade,
  source: z.string(),
  /** Of the BMC when it was probed: what is refused is refused for this one. */
  firmware: z.optional(z.string()),
  modes: z.array(fanMode),
  /** The mode that gives the fans back to the BMC; null where only a restart of BMC or host does, so that full speed is the only safe end. */
  automatic: z.nullable(z.string()),
  /** Empty where no duty can be set, only a mode. */
  zones: z.array(fanZone),
  /** All zones are set by one command, and must all be given. */
  setsTogether: z.boolean(),
  switches: z.array(fanSwitch),
  /** No duty below this is sent, whoever asks. Percent. */
  floorPercent: z.number(),
  /** How long until what was set shows in the readings. */
  settleMs: z.object({ mode: z.number(), duty: z.number() }),
  /** How often mode and duty must be set again so that they last; null: once is enough while the mode reads back as it was set. */
  reassertSeconds: z.nullable(z.number()),
  survivesReset: fanSurvival,
  guarantee: fanGuarantee,
  sendings: z.array(fanSending),
})
export type FanControl = z.infer<typeof fanControl>

/** A refusal of the mode command that this firmware will repeat: no retry, no other account changes it. */
export const fanRefusal = z.object({ at: z.iso.datetime(), firmware: z.optional(z.string()), profile: z.string(), text: z.string() })
export type FanRefusal = z.infer<typeof fanRefusal>

/** One fan as the BMC tells of it. `percent` is the duty where it is told; null: not told. */
export const fan = z.object({ name: z.string(), rpm: z.nullable(z.number()), percent: z.nullable(z.number()), zone: z.nullable(z.string()) })
export type Fan = z.infer<typeof fan>

/** A temperature beside the fans; `key` is that of the sensor in a sweep. */
export const fanTemperature = z.object({ key: z.string(), name: z.string(), celsius: z.nullable(z.number()) })

/** The fans as they are now. `mode`: the id of a mode of the control; null where the BMC does not tell it. */
export const fanReading = z.object({
  takenAt: z.iso.datetime(),
  mode: z.nullable(z.string()),
  fans: z.array(fan),
  /** The duty per zone where the BMC tells it. */
  duties: z.record(z.string(), z.number()),
  temperatures: z.array(fanTemperature),
  /** On or off by the id of a switch, where the BMC tells it. */
  switches: z.record(z.string(), z.boolean()),
  unread: z.array(z.string()),
})
export type FanReading = z.infer<typeof fanReading>

/** Duty in percent per zone id. */
export const fanDuties = z.record(z.string(), z.number().check(z.gte(0), z.lte(100)))
export type FanDuties = z.infer<typeof fanDuties>

/**
 * What the fans are told: the BMC steers them, one of its modes, a duty per zone, or a switch of its own. `unverified`: the id of the grade C profile that an
 * administrator turned on for this node; without it nothing of such a profile is sent.
 */
export const fanOrder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('automatic'), unverified: z.optional(z.string()) }),
  z.object({ kind: z.literal('mode'), mode: z.string(), unverified: z.optional(z.string()) }),
  z.object({ kind: z.literal('duty'), duties: fanDuties, unverified: z.optional(z.string()) }),
  z.object({ kind: z.literal('switch'), switch: z.string(), on: z.boolean(), unverified: z.optional(z.string()) }),
])
export type FanOrder = z.infer<typeof fanOrder>

/** Why an order cannot be for these fans, in words; null where it can. The floor stands above every wish. */
export function toFanObjection(order: FanOrder, control: FanControl): string | null {
  if (control.grade === 'C' && order.unverified !== control.profile) return `${control.name} is unverified: an administrator has to turn it on for this node first`
  if (order.kind === 'automatic') return control.automatic === null ? 'no command is known that gives these fans back to the BMC: full speed is the safe end' : null
  if (order.kind === 'mode') {
    const mode = control.modes.find(({ id }) => id === order.mode)
    return mode?.canSet === true ? null : `these fans have no mode ${order.mode}`
  }
  if (order.kind === 'switch') return control.switches.some(({ id }) => id === order.switch) ? null : `these fans have no switch ${order.switch}`
  const asked = Object.entries(order.duties)
  if (control.zones.length === 0) return 'these fans take no duty, only a mode'
  if (asked.length === 0) return 'no duty was given'
  const unknown = asked.find(([zone]) => !control.zones.some(({ id }) => id === zone))
  if (unknown !== undefined) return `these fans have no zone ${unknown[0]}`
  const missing = control.setsTogether ? control.zones.find(({ id }) => order.duties[id] === undefined) : undefined
  if (missing !== undefined) return `all zones are set by one command here, and ${missing.name} was not given`
  const low = asked.find(([, percent]) => !(percent >= control.floorPercent))
  if (low !== undefined) return `${control.floorPercent} % is the least that these fans may be set to, not ${low[1]} %`
  const high = asked.find(([, percent]) => percent > 100)
  return high === undefined ? null : 'no fan runs at more than 100 %'
}

/** What these fans take, as far as it is known; null where their BMC takes nothing. */
export const toControl = (fans: { can: boolean | null; control?: FanControl | undefined } | null | undefined): FanControl | null => (fans?.can === false ? null : (fans?.control ?? null))

type Refusable = { can: boolean | null; reason?: string | undefined; why?: unknown; control?: FanControl | undefined; refusal?: FanRefusal | undefined }

const toRefused = <Fans extends Refusable>(fans: Fans, refusal: FanRefusal): Fans => ({ ...fans, can: false, reason: refusal.text, why: undefined, refusal })

/** An ability after its firmware has refused the command itself: the text of the answer `unsupported`, kept with the firmware that it is of. */
export function refuseFans<Fans extends Refusable>(fans: Fans, { firmware, profile }: FanControl, text: string, at: string): Fans {
  return toRefused(fans, { at, firmware, profile, text })
}

/** What was refused for good stays refused while the firmware is the same one: a probe cannot see it, only the command shows it. */
export function keepFanRefusal<Fans extends Refusable>(known: Fans | undefined, found: Fans | undefined): Fans | undefined {
  const refusal = known?.refusal
  if (refusal === undefined || found?.control === undefined) return found
  const isSame = refusal.profile === found.control.profile && refusal.firmware === found.control.firmware
  return isSame ? toRefused(found, refusal) : found
}
