import * as z from 'zod/mini'
import { bmcFailureKind } from './bmc.ts'
import { healthReason } from './health.ts'
import { operationAction } from './operation.ts'

/** What was seen that a rule watches for: figures and codes, which pages and messages put into words. */
export const alertEvidence = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('health'), level: z.enum(['warning', 'critical']), reasons: z.array(healthReason) }),
  /** The sensor that is furthest beyond the value; `more` others are too. */
  z.object({ kind: z.literal('sensor'), name: z.string(), reading: z.number(), unit: z.nullable(z.string()), more: z.int() }),
  z.object({ kind: z.literal('silent'), failure: z.nullable(bmcFailureKind), address: z.string(), seenAt: z.nullable(z.iso.datetime()) }),
  z.object({ kind: z.literal('operation'), id: z.string(), action: operationAction, by: z.string(), failed: z.array(z.string()), total: z.int() }),
  z.object({ kind: z.literal('budget'), name: z.string(), level: z.enum(['warning', 'over']), watts: z.number(), capWatts: z.number(), silent: z.int() }),
  z.object({ kind: z.literal('audit'), waitingSince: z.nullable(z.iso.datetime()) }),
])
export type AlertEvidence = z.infer<typeof alertEvidence>

/**
 * `pending`: what the rule watches for holds, but not yet for as long as it says. `firing`: for longer. `over`: no longer; kept for a day
 * to know a flapping one by.
 */
export const alertState = z.enum(['pending', 'firing', 'over'])
export type AlertState = z.infer<typeof alertState>

/** Why nobody is told of an alert that fires. */
export const quietReason = z.enum(['maintenance', 'silence'])
export type QuietReason = z.infer<typeof quietReason>

/** One rule at one subject: a node (by id), an operation (by id), or the site. Times are milliseconds since 1970. */
export type Alert = {
  subject: string
  /** The node's name; null where it is about none. It stays when the node is gone. */
  node: string | null
  state: AlertState
  /** Since when it is in this state. */
  sinceMs: number
  /** When it began to fire, of the last hour, the newest last. */
  beginsMs: readonly number[]
  /** What its receivers were told last. */
  told: 'nothing' | 'firing' | 'over'
  toldMs: number | null
  quiet: QuietReason | null
  evidence: AlertEvidence
}

export const alertTiming = {
  /** What a rule has to tell waits so long for more of the same, and so long since it last told something. */
  gatherMs: 20_000,
  betweenMs: 60_000,
  /** So many beginnings within the window are flapping, until it was steady for so long. */
  flapCount: 3,
  flapWindowMs: 3_600_000,
  steadyMs: 15 * 60_000,
  /** Nobody has looked for so long: what was pending waits anew. */
  gapMs: 60_000,
  /** How long what is over is remembered. */
  keptMs: 86_400_000,
}
export type AlertTiming = typeof alertTiming
