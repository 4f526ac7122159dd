import type { BmcFailureKind } from '#lib/domain/bmc.ts'

/**
 * When a node is asked for what, as pure arithmetic: every function takes the moment and a random number and gives a new
 * value, so that a test is a table and not a wait. Times are milliseconds of one clock that never jumps (`performance.now()`).
 */

export type Facet = 'power' | 'sensors' | 'log' | 'identity' | 'inventory'

/** Asked in this order when several are due at once. */
export const facets = ['power', 'sensors', 'log', 'identity', 'inventory'] as const satisfies readonly Facet[]

/** How often a node is asked, and how long one that fails is left alone. `inventoryDelayMs` after the start comes the first look at its parts. */
export type Cadence = { intervalMs: Record<Facet, number>; inventoryDelayMs: number; shortestPauseMs: number; longestPauseMs: number }

export const usualCadence: Cadence = {
  intervalMs: { power: 10_000, sensors: 60_000, log: 60_000, identity: 6 * 3_600_000, inventory: 6 * 3_600_000 },
  inventoryDelayMs: 30_000,
  shortestPauseMs: 30_000,
  longestPauseMs: 5 * 60_000,
}

/** A uniform number in [0, 1). */
export type Random = () => number

export type Schedule = Record<Facet, number>

/**
 * The first round: power within 2 s so that a page fills at once, sensors within 5 s, the log within 10 s; who it is, is mostly known from
 * before and spread over ten minutes, so that a conductor that starts does not walk a thousand trees at once.
 */
export function startSchedule(nowMs: number, random: Random, cadence = usualCadence): Schedule {
  return {
    power: nowMs + random() * 2_000,
    sensors: nowMs + random() * 5_000,
    log: nowMs + random() * Math.min(10_000, cadence.intervalMs.log),
    identity: nowMs + random() * 600_000,
    inventory: nowMs + cadence.inventoryDelayMs * (1 + random()),
  }
}

/** After a facet was asked: the next time is one interval on, ± 5 %, so that nodes that started together drift apart. */
export function reschedule(schedule: Schedule, facet: Facet, nowMs: number, random: Random, cadence = usualCadence): Schedule {
  return { ...schedule, [facet]: nowMs + cadence.intervalMs[facet] * (0.95 + random() * 0.1) }
}

/** Asks for a facet no later than this moment. */
export function hasten(schedule: Schedule, facet: Facet, atMs: number): Schedule {
  return { ...schedule, [facet]: Math.min(schedule[facet], atMs) }
}

/** The facets that are due, in the order to ask them. */
export function dueFacets(schedule: Schedule, nowMs: number): Facet[] {
  return facets.filter((facet) => schedule[facet] <= nowMs)
}

export const nextDueMs = (schedule: Schedule) => Math.min(...facets.map((facet) => schedule[facet]))

/** Whether a way to a BMC may be tried. `until` is when the next single try is allowed; `Infinity` waits for a change by a person. */
export type Breaker = { failures: number; until: number }

export const closedBreaker: Breaker = { failures: 0, until: 0 }

const failuresToOpen = 3

/** Kinds that trying again cannot mend: a new credential, a changed pin or an edited node starts over with a closed breaker. */
const forAPerson: ReadonlySet<BmcFailureKind> = new Set(['certificate', 'outside-networks', 'no-credential'])

/** Kinds where every try costs something at the BMC: failed sign-ins count towards a lockout, full session tables stay full. */
const dearKinds: ReadonlySet<BmcFailureKind> = new Set(['credentials', 'session-limit'])

/** Whether a failure of this kind must be heeded whatever was asked. */
export const isDear = (kind: BmcFailureKind) => dearKinds.has(kind) || forAPerson.has(kind)

/**
 * After a failed conversation. Two failures are forgiven; the third opens the breaker for 30 s, then twice as long each time up to 5 min, ± 10 %.
 * When its time has come one try is allowed (half-open): `isHalfOpen` tells, so that it is a power read and not a whole sweep.
 */
export function afterFailure(breaker: Breaker, kind: BmcFailureKind, nowMs: number, random: Random, cadence = usualCadence): Breaker {
  const failures = breaker.failures + 1
  if (forAPerson.has(kind)) return { failures, until: Infinity }
  const spread = 0.9 + random() * 0.2
  if (dearKinds.has(kind)) return { failures: Math.max(failures, failuresToOpen), until: nowMs + cadence.longestPauseMs * spread }
  if (failures < failuresToOpen) return { failures, until: nowMs }
  const pauseMs = Math.min(cadence.longestPauseMs, cadence.shortestPauseMs * 2 ** (failures - failuresToOpen))
  return { failures, until: nowMs + pauseMs * spread }
}

export const mayTry = (breaker: Breaker, nowMs: number) => nowMs >= breaker.until
export const isHalfOpen = (breaker: Breaker) => breaker.failures >= failuresToOpen
