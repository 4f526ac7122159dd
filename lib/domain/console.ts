import * as z from 'zod/mini'
import { bmcFailureKind, consoleWay } from './bmc.ts'

/**
 * What crosses the console's WebSocket beside the bytes: control frames, JSON in text frames, `type` decides. Binary frames are the
 * serial line's bytes, both ways. Browser, web and conductor read the same schemas.
 */

/** A control frame of a browser is no longer than this. */
export const greatestControlBytes = 4096
/** A frame of typed bytes is no longer than this; a longer paste is cut into several. */
export const greatestTypedBytes = 16 * 1024

/**
 * `watched`: while somebody looks and 10 minutes after. `always`: also when nobody does. `required`: always, and there is no console
 * while what it prints cannot be written down; the others go on unrecorded, with a mark.
 */
export const captureSetting = z.enum(['watched', 'always', 'required'])
export type CaptureSetting = z.infer<typeof captureSetting>

/** By which way a console is opened; `auto`: the first that the BMC has. */
export const wayChoice = z.enum(['auto', ...consoleWay.options])
export type WayChoice = z.infer<typeof wayChoice>

/** An SSH host key as people compare it: its type, and its fingerprint as `ssh-keygen -l` writes it. */
export const hostKeyText = z.string().check(z.regex(/^[a-z0-9@.-]{1,64} SHA256:[A-Za-z0-9+/]{43}$/, 'a host key is its type and its fingerprint: ssh-ed25519 SHA256:…'))

/** The host key by which a BMC is known over SSH. `key` null: the next one that it shows is trusted. `other`: shown instead, and not trusted. */
export const hostKeyRecord = z.object({
  key: z.nullable(z.string()),
  pinnedAt: z.nullable(z.iso.datetime()),
  other: z.nullable(z.string()),
  otherAt: z.nullable(z.iso.datetime()),
})
export type HostKeyRecord = z.infer<typeof hostKeyRecord>

export const consoleMode = z.enum(['drive', 'watch'])
export type ConsoleMode = z.infer<typeof consoleMode>

/** WebSocket close codes. Anything else is a broken line: come again with the offset. */
export const closeCodes = { badFrame: 4400, signedOut: 4401, revoked: 4403, nodeGone: 4404, tooMany: 4429, away: 4503 } as const

const columns = z.int().check(z.minimum(20), z.maximum(500))
const rows = z.int().check(z.minimum(5), z.maximum(200))

/** What a browser may ask. Strict: anything else ends the connection. */
export const consoleRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('take') }),
  z.strictObject({ type: z.literal('release') }),
  z.strictObject({ type: z.literal('size'), columns, rows }),
  z.strictObject({ type: z.literal('break') }),
  /** A break, then this key: Linux' magic SysRq on a serial line. */
  z.strictObject({ type: z.literal('sysrq'), key: z.string().check(z.regex(/^[a-z0-9]$/)) }),
  z.strictObject({ type: z.literal('takeSession') }),
  z.strictObject({ type: z.literal('retry') }),
])
export type ConsoleRequest = z.infer<typeof consoleRequest>

/**
 * Of the serial session and its socket, never of the power. `busy`: somebody outside holds it. `lost`: it was open and is being opened
 * again. `failed`: it cannot be opened.
 */
export const consoleState = z.enum(['closed', 'opening', 'open', 'busy', 'lost', 'failed'])
export type ConsoleState = z.infer<typeof consoleState>

/** Why: a failure before the opening, or the end of an open one. */
export const consoleReason = z.union([bmcFailureKind, z.enum(['closed-by-bmc', 'taken', 'session-ended', 'lost', 'unrecorded'])])
export type ConsoleReason = z.infer<typeof consoleReason>

export const consoleStatus = z.object({
  state: consoleState,
  via: z.nullable(consoleWay),
  /** `unavailable`: what is typed does not reach the host, as the BMC says. */
  host: z.enum(['available', 'unavailable']),
  at: z.iso.datetime(),
  reason: z.nullable(consoleReason),
  text: z.nullable(z.string()),
  /** When it is tried again by itself; null when it is not. */
  retryInMs: z.nullable(z.number()),
})
export type ConsoleStatus = z.infer<typeof consoleStatus>

const place = { id: z.int(), offset: z.number(), at: z.iso.datetime() }
const by = z.string()

/** What happened at one place of the stream, kept with it. */
export const consoleMark = z.discriminatedUnion('kind', [
  z.object({ ...place, kind: z.literal('opened') }),
  z.object({ ...place, kind: z.literal('closed') }),
  z.object({ ...place, kind: z.literal('lost'), reason: z.string() }),
  z.object({ ...place, kind: z.literal('found'), afterMs: z.number() }),
  z.object({ ...place, kind: z.literal('closedByBmc') }),
  z.object({ ...place, kind: z.literal('taken') }),
  z.object({ ...place, kind: z.literal('takeOver'), by, from: z.nullable(z.string()) }),
  z.object({ ...place, kind: z.literal('takeSession'), by }),
  z.object({ ...place, kind: z.literal('power'), by, action: z.string() }),
  z.object({ ...place, kind: z.literal('break'), by }),
  z.object({ ...place, kind: z.literal('sysrq'), by, key: z.string() }),
  z.object({ ...place, kind: z.literal('hostBreak') }),
  z.object({ ...place, kind: z.literal('overrun') }),
  z.object({ ...place, kind: z.literal('restarted') }),
  z.object({ ...place, kind: z.literal('recordingFailed') }),
  z.object({ ...place, kind: z.literal('recordingWorks') }),
  /** The terminal has another size from here on. It travels as a frame of its own type. */
  z.object({ ...place, kind: z.literal('size'), by, columns, rows }),
])
export type ConsoleMark = z.infer<typeof consoleMark>

type Placeless<M> = M extends ConsoleMark ? Omit<M, 'id' | 'offset' | 'at'> : never
/** A mark before it has its place. */
export type ConsoleEvent = Placeless<ConsoleMark>

export const refusedReason = z.enum(['not-driver', 'watch-only', 'not-open', 'host-unavailable', 'no-break', 'too-fast', 'audit-away', 'bmc'])
export type RefusedReason = z.infer<typeof refusedReason>

export const consoleViewer = z.object({ id: z.string(), name: z.string(), mode: consoleMode, since: z.iso.datetime() })
export type ConsoleViewer = z.infer<typeof consoleViewer>

/** What a browser is told. `screen` announces that the next binary frame is a picture of the terminal, not stream. */
export const consoleFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), you: z.string(), node: z.string(), mode: consoleMode, capture: captureSetting }),
  z.extend(consoleStatus, { type: z.literal('state') }),
  z.object({ type: z.literal('viewers'), viewers: z.array(consoleViewer), driver: z.nullable(z.string()), heldFor: z.nullable(z.string()) }),
  z.object({ type: z.literal('takenOver'), by, from: z.nullable(z.string()) }),
  z.object({ type: z.literal('screen'), stream: z.string(), offset: z.number(), columns, rows, skipped: z.optional(z.number()) }),
  z.object({ type: z.literal('resume'), stream: z.string(), offset: z.number() }),
  z.object({ type: z.literal('live') }),
  z.object({ type: z.literal('size'), id: z.int(), offset: z.number(), columns, rows, by }),
  z.looseObject({ type: z.literal('mark'), id: z.int(), offset: z.number(), at: z.iso.datetime(), kind: z.string() }),
  z.object({ type: z.literal('refused'), what: z.string(), reason: refusedReason }),
])
export type ConsoleFrame = z.infer<typeof consoleFrame>

/** A frame as it came; null for what is none. */
export function readConsoleFrame(text: string): ConsoleFrame | null {
  try {
    const parsed = consoleFrame.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Where a browser that comes again left off; sent in the query of the WebSocket's address. */
export const consolePlace = z.object({
  stream: z.string().check(z.regex(/^[0-9a-f]{1,40}$/)),
  offset: z.coerce.number().check(z.int(), z.minimum(0)),
  mark: z._default(z.coerce.number().check(z.int(), z.minimum(0)), 0),
})
export type ConsolePlace = z.infer<typeof consolePlace>

/** The subprotocol that carries a ticket. */
export const ticketProtocol = /^ticket\.([A-Za-z0-9_-]{43})$/
