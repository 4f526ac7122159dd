import type { BudgetDeed, BudgetHold, BudgetLevel, BudgetSettings, BudgetState } from './budget.ts'
import { nodesOfRange, toPlan, type PlanEntry } from './budget-plan.ts'
import { isSweepOld, staleAfterMs } from './as-of.ts'
import type { Node } from './node.ts'
import { isWhole, toDraw, toPowerTotal } from './power-total.ts'
import type { PowerTotal } from './power-total-shape.ts'

/** A budget that is passed is so until its total is this share of the cap lower, and a warning likewise: figures that hover decide nothing twice. */
const hysteresis = 0.03
/** Nobody has looked for so long: what was passed before must be so anew for as long as it must. */
const gapMs = 60_000
/** What web has not asked for by then is not wanted any more; web itself asks for nothing older than half of it. */
export const dueForMs = 60_000

/** `armedMs`: since when it is armed; null: it only tells. */
export type WatchedBudget = BudgetSettings & { armedMs: number | null }

/** What a look decides: the state from now on, what is to be done now, and which of the deeds has lapsed. */
export type BudgetDecision = { state: BudgetState; act: PlanEntry | null; lapsed: BudgetDeed | null }

/**
 * Where a total stands. What is told is enough to be sure of an excess, and not of its absence: below the warning it is `unknown` while
 * somebody is silent.
 */
export function toLevel(total: PowerTotal, { capWatts, warnShare }: Pick<BudgetSettings, 'capWatts' | 'warnShare'>, before: BudgetLevel): BudgetLevel {
  const { watts } = total
  const slack = capWatts * hysteresis
  if (watts > capWatts || (before === 'over' && watts > capWatts - slack)) return 'over'
  const warnWatts = capWatts * warnShare
  if (watts >= warnWatts || ((before === 'warning' || before === 'over') && watts > warnWatts - slack)) return 'warning'
  return isWhole(total) ? 'ok' : 'unknown'
}

/** The nodes of a budget out of all `nodes`, and what they draw together. */
export type BudgetSight = { nodes: readonly Node[]; ours: readonly Node[]; total: PowerTotal }

export function toSight({ range }: Pick<BudgetSettings, 'range'>, nodes: readonly Node[], nowMs: number): BudgetSight {
  const ours = nodesOfRange(range, nodes, nowMs)
  return { nodes, ours, total: toPowerTotal(ours, nowMs) }
}

/** One look at a budget, from what the last one left and the deeds of this passage and the one before, the newest last. Pure: the same comes of the same. */
export function lookAtBudget(budget: WatchedBudget, before: BudgetState | null, deeds: readonly BudgetDeed[], sight: BudgetSight, nowMs: number): BudgetDecision {
  const { total } = sight
  const isAfterGap = before !== null && nowMs - before.lookedMs > gapMs
  const level = toLevel(total, budget, before?.level ?? 'unknown')
  const overSinceMs = level !== 'over' ? null : isAfterGap ? nowMs : (before?.overSinceMs ?? nowMs)
  const begins = overSinceMs !== null && nowMs - overSinceMs >= budget.overSeconds * 1000
  const wasPassed = before?.isPassed === true
  const isPassed = begins || (wasPassed && !(level !== 'over' && isWhole(total)))
  // Whoever armed it has seen its list as it is now: what was done of another one is not of this.
  const isArmedAnew = budget.armedMs !== null && budget.armedMs !== before?.armedMs
  const state: BudgetState = {
    lookedMs: nowMs,
    level,
    sinceMs: before?.level === level ? before.sinceMs : nowMs,
    overSinceMs,
    passage: (before?.passage ?? 0) + (isPassed && (!wasPassed || isArmedAnew) ? 1 : 0),
    armedMs: budget.armedMs,
    isPassed,
    hold: null,
    total,
    fullMs: level === 'over' || !isWhole(total) ? null : (before?.fullMs ?? null),
  }
  const { hold, act, lapsed } = decide(budget, state, begins, deeds, sight, nowMs)
  return { state: { ...state, hold }, act, lapsed }
}

type Verdict = { hold: BudgetHold | null; act: PlanEntry | null; lapsed: BudgetDeed | null }

const held = (hold: BudgetHold | null, lapsed: BudgetDeed | null = null): Verdict => ({ hold, act: null, lapsed })

function decide(budget: WatchedBudget, { level, passage, isPassed, total }: BudgetState, counts: boolean, deeds: readonly BudgetDeed[], { ours, nodes }: BudgetSight, nowMs: number): Verdict {
  const last = deeds.at(-1)
  if (last?.state === 'due' && (level !== 'over' || nowMs - last.decidedMs > dueForMs)) return held(isPassed ? 'waiting' : null, last)
  if (!isPassed) return held(null)
  if (!isWhole(total) && total.watts <= budget.capWatts) return held('unknown')
  if (level !== 'over') return held(null)
  if (budget.armedMs === null) return held('off')
  if (!counts || (last !== undefined && !isSettled(last, nodes, nowMs))) return held('waiting')
  const done = new Set(deeds.filter((deed) => deed.passage === passage && deed.state !== 'lapsed').map(({ line, nodeId }) => `${line} ${nodeId}`))
  const next = toPlan(budget.acts, ours, nodes, nowMs).find(({ line, node, skip }) => skip === null && !done.has(`${line} ${node.id}`))
  return next === undefined ? held('exhausted') : { hold: null, act: next, lapsed: null }
}

/** The deed is over, and what its node draws since then is known: read after it, or it is off. Of one that fell silent nobody waits to hear for longer than readings last. */
function isSettled({ state, endedMs, nodeId }: BudgetDeed, nodes: readonly Node[], nowMs: number): boolean {
  if (state === 'refused' || state === 'lapsed') return true
  if (endedMs === null) return false
  const node = nodes.find(({ id }) => id === nodeId)
  if (node === undefined || nowMs - endedMs > staleAfterMs.sensors) return true
  const isAfter = (at: string | null) => at !== null && Date.parse(at) > endedMs
  return toDraw(node, nowMs).state === 'off' ? isAfter(node.power.at) : isAfter(node.health.at) && !isSweepOld(node, nowMs)
}
