import { readEveryMs } from '#lib/domain/as-of.ts'
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
  intervalMs: { ...readEveryMs, log: 60_000, identity: 6 * 3_600_000 },
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

/** What an event of the BMC makes worth a reading, and how soon after: a log entry is often written after its event. */
const nudgedAfterMs = { power: 100, log: 1_000, sensors: 1_500 } as const
export type NudgedFacet = keyof typeof nudgedAfterMs
const shortestNudgeGapMs = 5_000

/** Per facet the moment that the last nudge asked for, and how long no other may. */
export type Nudges = Readonly<Partial<Record<NudgedFacet, { atMs: number; gapMs: number }>>>

/**
 * The BMC has told of an event, whatever it was: when to read what, and the nudges from then on. Between two nudged readings of a facet are
 * 5 s; while events go on, twice as long each time up to the facet's interval, so that a BMC that chatters costs at most one reading more
 * per interval.
 */
export function nudge(nudges: Nudges, nowMs: number, cadence = usualCadence): { nudges: Nudges; due: Partial<Record<NudgedFacet, number>> } {
  const next: Partial<Record<NudgedFacet, { atMs: number; gapMs: number }>> = { ...nudges }
  const due: Partial<Record<NudgedFacet, number>> = {}
  for (const facet of ['power', 'log', 'sensors'] as const) {
    const last = nudges[facet]
    // One that is to come serves for this event too.
    if (last !== undefined && last.atMs > nowMs) continue
    const soonMs = nowMs + nudgedAfterMs[facet]
    const atMs = last === undefined ? soonMs : Math.max(soonMs, last.atMs + last.gapMs)
    const goesOn = last !== undefined && atMs < last.atMs + 2 * last.gapMs
    const longestMs = Math.max(shortestNudgeGapMs, cadence.intervalMs[facet])
    next[facet] = { atMs, gapMs: goesOn ? Math.min(last.gapMs * 2, longestMs) : shortestNudgeGapMs }
    due[facet] = atMs
  }
  return { nudges: next, due }
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
