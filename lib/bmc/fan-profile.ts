import * as z from 'zod'
import { fanGrade, fanModeKind } from '#lib/domain/fan.ts'
import { namesZone, parseTemplate, takesDuty, uses } from './fan-template.ts'

const name = z.string().min(1).max(80)
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be small letters, digits and hyphens')
const hexByte = z.string().regex(/^[0-9A-Fa-f]{2}$/, 'must be one hexadecimal byte such as 0A').transform((text) => Number.parseInt(text, 16))
const hexBytes = z.string().regex(/^[0-9A-Fa-f]{2}( [0-9A-Fa-f]{2}){0,15}$/, 'must be hexadecimal bytes such as "DB 07 00"').transform((text) => text.split(' ').map((byte) => Number.parseInt(byte, 16)))
const version = z.string().regex(/^\d{1,5}(\.\d{1,5}){0,3}$/, 'must be a version such as 3.30')
const milliseconds = z.int().min(0).max(60_000)

const template = z.string().max(400).transform((text, context) => {
  const parsed = parseTemplate(text)
  if (typeof parsed !== 'string') return parsed
  context.addIssue({ code: 'custom', message: parsed })
  return z.NEVER
})
const templates = z.array(template).min(1).max(16)

/** A reading: `at` is the first byte that counts, after the completion code; `expect`: bytes that the answer begins with. */
const reading = { send: template, at: z.int().min(0).max(40), expect: hexBytes.optional() }

/** `fans`: with what the names of its fans begin; `#` is any digit, `@` any letter. */
const zone = z.strictObject({ id, name, byte: hexByte, fans: z.array(z.string().min(1).max(40)).max(32).optional() })

/** Modes by their id; `value` is what `readMode` tells of it, `set` what puts the BMC into it. */
const mode = z.strictObject({ id, name, kind: fanModeKind, set: templates.optional(), value: hexByte.optional() })

/** Something beside the duty that is on or off; `value` is what its reading tells. */
const position = z.strictObject({ set: templates, value: hexByte.optional() })
const fanSwitch = z.strictObject({ id, name, read: z.strictObject(reading).optional(), on: position, off: position })

const shape = z.strictObject({
  id,
  name,
  grade: fanGrade,
  /** Where it is known from, for whoever checks it. */
  source: z.string().min(1).max(500),
  note: z.string().max(1_000).optional(),
  match: z.strictObject({
    /** IANA enterprise numbers, as Get Device ID tells them (IPMI 2.0 §20.1). */
    manufacturerIds: z.array(z.int().min(1).max(0xfffff)).min(1).max(16),
    productIds: z.array(z.int().min(0).max(0xffff)).max(64).optional(),
    /** With what a word of the product's or board's name in the FRU begins; any of them. */
    products: z.array(z.string().min(1).max(60)).max(64).optional(),
    /** The same for those that are not meant although `products` fits them. */
    except: z.array(z.string().min(1).max(60)).max(64).optional(),
    /** Both ends belong to it. */
    firmware: z.strictObject({ from: version.optional(), until: version.optional() }).optional(),
  }),
  /** Why these BMCs take no order for their fans; then nothing else is said. */
  closed: z.string().min(1).max(400).optional(),
  modes: z.array(mode).max(16).default([]),
  readMode: z.strictObject(reading).optional(),
  /** The mode that gives the fans back, and the one in which a duty lasts. */
  automatic: id.optional(),
  manual: id.optional(),
  /** `fan-sensors`: one zone for each fan sensor of the SDR, its number being the byte. */
  zones: z.union([z.array(zone).max(32), z.literal('fan-sensors')]).default([]),
  setDuty: templates.optional(),
  readDuty: z.strictObject({ ...reading, scale: z.enum(['percent', '255']) }).optional(),
  switches: z.array(fanSwitch).max(8).default([]),
  timeoutSeconds: z.int().min(1).max(86_400).optional(),
  floorPercent: z.int().min(0).max(100).default(20),
  settleMs: z.strictObject({ mode: milliseconds, duty: milliseconds }).default({ mode: 5_000, duty: 3_000 }),
  reassertSeconds: z.int().min(5).max(3_600).nullable().default(60),
  survivesReset: z.strictObject({ mode: z.boolean().nullable(), duty: z.boolean().nullable() }).default({ mode: null, duty: null }),
  vanish: z.strictObject({ kind: z.enum(['stays', 'expires']), seconds: z.int().min(1).optional(), rescues: z.boolean().nullable() }).default({ kind: 'stays', rescues: null }),
  /** Completion codes to the command for a mode (or a duty where there is no mode) by which this firmware says no for good. */
  absentOn: z.array(hexByte).max(8).default([0xc1, 0xd4, 0xcc, 0xc9]),
})

type Shape = z.infer<typeof shape>

/** What is wrong with the whole, by the field that must change. */
function* objections(profile: Shape): Generator<{ path: (string | number)[]; message: string }> {
  const { modes, zones, setDuty, readDuty, readMode, switches } = profile
  const known = (wanted: string | undefined) => wanted === undefined || modes.some((one) => one.id === wanted && one.set !== undefined)
  if (!known(profile.automatic)) yield { path: ['automatic'], message: `names no mode of this profile that has "set"` }
  if (!known(profile.manual)) yield { path: ['manual'], message: `names no mode of this profile that has "set"` }
  if (new Set(modes.map((one) => one.id)).size < modes.length) yield { path: ['modes'], message: 'has one id twice' }
  if (zones !== 'fan-sensors' && new Set(zones.map((one) => one.id)).size < zones.length) yield { path: ['zones'], message: 'has one id twice' }
  if (profile.closed !== undefined) {
    if (setDuty !== undefined || modes.length > 0 || switches.length > 0) yield { path: ['closed'], message: 'stands only in a profile without modes and duties' }
    return
  }
  if (setDuty === undefined && !modes.some((one) => one.set !== undefined)) yield { path: ['modes'], message: 'has nothing that can be set, and there is no setDuty' }
  if (setDuty !== undefined && zones.length === 0) yield { path: ['zones'], message: 'must not be empty where there is setDuty' }
  if (readMode !== undefined && !modes.some((one) => one.value !== undefined)) yield { path: ['readMode'], message: 'needs modes that have a "value"' }
  if (setDuty === undefined && readDuty !== undefined) yield { path: ['readDuty'], message: 'needs setDuty' }
  for (const [index, one] of (setDuty ?? []).entries()) {
    if (uses(one, 'percents') && namesZone(one)) yield { path: ['setDuty', index], message: '{percents} stands for all zones and goes with no {zone} or {percent}' }
  }
  if (setDuty !== undefined && !setDuty.some((one) => uses(one, 'percents') || takesDuty(one))) yield { path: ['setDuty'], message: 'has no place for a duty' }
  const ofSwitches = switches.flatMap(({ read, on, off }) => [...(read === undefined ? [] : [read.send]), ...on.set, ...off.set])
  if (ofSwitches.some(namesZone)) yield { path: ['switches'], message: 'are of all fans: {zone} has no place in them' }
  const others = [...modes.flatMap((one) => one.set ?? []), ...(readMode === undefined ? [] : [readMode.send]), ...(readDuty === undefined ? [] : [readDuty.send]), ...ofSwitches]
  if (others.some((one) => takesDuty(one) || uses(one, 'percents'))) yield { path: [], message: 'a duty may stand only in setDuty' }
  const all = [...others, ...(setDuty ?? [])]
  if (all.some((one) => uses(one, 'timeout')) !== (profile.timeoutSeconds !== undefined)) yield { path: ['timeoutSeconds'], message: 'and {timeout} go only together' }
  if ((profile.vanish.kind === 'expires') !== (profile.vanish.seconds !== undefined)) yield { path: ['vanish', 'seconds'], message: 'and "expires" go only together' }
}

/**
 * What is known of the fans of one firmware family: how it is recognised, the bytes, and what can be relied on. It is data, so that a user
 * can add one (docs/fan-profiles.md).
 */
const fanProfile = shape.superRefine((profile, context) => {
  for (const { path, message } of objections(profile)) context.addIssue({ code: 'custom', path, message })
})
/** `isOwn`: from a file of the site, which comes before what is shipped. */
export type FanProfile = z.infer<typeof fanProfile> & { isOwn?: true }

/** Sets all zones by one command. */
export const setsTogether = ({ setDuty }: Pick<FanProfile, 'setDuty'>): boolean => setDuty?.some((one) => uses(one, 'percents')) ?? false

/** A profile from a file's JSON, or the sentences that name each field that is wrong. */
export function parseFanProfile(json: unknown): { profile: FanProfile } | { problems: string[] } {
  const parsed = fanProfile.safeParse(json)
  if (parsed.success) return { profile: parsed.data }
  return { problems: parsed.error.issues.map(({ path, message }) => `${path.length === 0 ? 'the file' : path.map(String).join('.')}: ${message}`) }
}
