import { toBmcError } from '#lib/bmc/failure.ts'
import type { StepOutcome } from '#lib/db/finish-steps.ts'
import type { RefreshStep } from '#lib/db/steps.ts'
import { isDatabaseAway } from './database-away.ts'

/** What a step that only reads needs of the world. */
export type RefreshWorld = {
  nowMs: () => number
  address: string
  /** Runs this when fewer nodes than allowed are read at once. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>
  /** Notes that it reads now; false when it must not. */
  begin: () => Promise<boolean>
  /** Reads and keeps it; says what was read. Rejects with a BmcError. */
  read: () => Promise<string>
  finish: (outcome: StepOutcome) => Promise<void>
}

type End = Pick<StepOutcome, 'state' | 'evidence' | 'error'>

/** Runs a step, or runs it anew when whoever began it is gone: a reading harms nothing. Resolves as the others do. */
export async function runRefresh(step: RefreshStep, world: RefreshWorld, signal: AbortSignal): Promise<void> {
  const end = await world.inTurn(() => refresh(step, world, signal))
  if (end === null || signal.aborted) return
  await world.finish({ before: null, after: null, afterAt: null, ...end })
}

async function refresh(step: RefreshStep, world: RefreshWorld, signal: AbortSignal): Promise<End | null> {
  if (signal.aborted) return null
  if (step.state === 'queued' && world.nowMs() > step.deadlineAt.getTime()) {
    return { state: 'aborted', evidence: null, error: { code: 'deadline', message: 'not read before the deadline of its operation' } }
  }
  if (!(await world.begin())) return null
  try {
    return { state: 'verified', evidence: await world.read(), error: null }
  } catch (error) {
    if (isDatabaseAway(error)) throw error
    const { kind, message } = toBmcError(error, world.address)
    return { state: 'failed', evidence: null, error: { code: kind, message: `it could not be read: ${message}` } }
  }
}
