import { placesOf, type OperationLimits } from './operation-limits.ts'

/**
 * Which steps of an operation may begin now, as pure arithmetic. A batch takes steps in their order, up to its limits; while it runs, a step
 * that has become free joins it if there is room. It is over when all of its steps have ended; then comes the pause, then the next.
 */
export type Batch = {
  /** 0 before the first. */
  number: number
  steps: readonly { lanes: readonly string[]; ended: boolean }[]
  /** When the last of its steps that have ended did, in ms since 1970. */
  lastEndedMs: number | null
}

/** `blocked`: an earlier operation is not done with the node. */
export type WaitingStep = { id: string; lanes: readonly string[]; blocked: boolean }

/** `againAtMs`: when the pause is over, if that is all that is waited for. */
export type Release = { ids: string[]; batch: number; againAtMs: number | null }

/** `waiting` in the order in which the steps are to be done; times in ms since 1970. `most`: more than that do not begin now, whatever the limits. */
export function toRelease(batch: Batch, waiting: readonly WaitingStep[], limits: OperationLimits, nowMs: number, most = Infinity): Release {
  const isOver = batch.steps.every((step) => step.ended)
  const nothing = { ids: [], batch: batch.number, againAtMs: null }
  if (waiting.length === 0) return nothing
  if (!isOver) return { ...nothing, ids: choose(batch.steps, waiting, limits, most) }
  const nextMs = batch.lastEndedMs === null ? nowMs : batch.lastEndedMs + (limits.pauseSeconds ?? 0) * 1_000
  if (nextMs > nowMs) return { ...nothing, againAtMs: nextMs }
  const ids = choose([], waiting, limits, most)
  return ids.length === 0 ? nothing : { ids, batch: batch.number + 1, againAtMs: null }
}

function choose(taken: readonly { lanes: readonly string[] }[], waiting: readonly WaitingStep[], limits: OperationLimits, most: number): string[] {
  let room = Math.min((limits.atOnce ?? Infinity) - taken.length, most)
  const used = new Map<string, number>()
  const take = (lanes: readonly string[]) => lanes.forEach((lane) => used.set(lane, (used.get(lane) ?? 0) + 1))
  for (const { lanes } of taken) take(lanes)
  const ids: string[] = []
  for (const step of waiting) {
    if (room <= 0) break
    if (step.blocked || step.lanes.some((lane) => (used.get(lane) ?? 0) >= placesOf(lane, limits))) continue
    take(step.lanes)
    ids.push(step.id)
    room--
  }
  return ids
}
