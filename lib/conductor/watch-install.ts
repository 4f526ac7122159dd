import { BmcError } from '#lib/bmc/errors.ts'
import { toInstallEnd, type InstallEnd, type InstallTiming } from '#lib/domain/install-end.ts'
import type { ActionOptions } from '#lib/domain/operation.ts'
import type { Course } from './media-step.ts'

/**
 * Watches what the node reads of its image until that tells how the install went. The BMC is asked for its drives once a minute; everything
 * else comes from where the image is served and from the polls, which go on meanwhile.
 */
export async function watchInstall(course: Course): Promise<InstallEnd | null> {
  const { step, memo, world, signal } = course
  const timing = toTiming(step.options, world.timing)
  const sinceMs = world.nowMs()
  let stateAtMs = world.nowMs() + world.timing.stateEveryMs
  for (;;) {
    const reads = memo.linkId === null ? null : await world.reads(memo.linkId)
    const isBegun = reads !== null && reads.bytes > memo.before.bytes
    if (isBegun || reads === null) await seeRestart(course, sinceMs)
    let isInserted: boolean | null = null
    if (world.nowMs() >= stateAtMs) {
      isInserted = await isIn(course)
      stateAtMs = world.nowMs() + world.timing.stateEveryMs
    }
    if (signal.aborted) return null
    const isStopped = await world.isStopped()
    const { before, restart } = memo
    const end = toInstallEnd({ nowMs: world.nowMs(), restartedAtMs: memo.restartedAtMs ?? world.nowMs(), before, reads, restart, isInserted, isStopped }, timing)
    if (end !== null) return end
    await world.sleep(world.timing.lookEveryMs, signal)
    if (signal.aborted) return null
  }
}

/** What a person said counts, for the shorter wait after a restart too. */
function toTiming({ quietMinutes, patienceMinutes }: ActionOptions, usual: InstallTiming): InstallTiming {
  const quietMs = quietMinutes === undefined ? usual.quietMs : quietMinutes * 60_000
  const neverReadMs = patienceMinutes === undefined ? usual.neverReadMs : patienceMinutes * 60_000
  return { ...usual, quietMs, neverReadMs, quietAfterRestartMs: Math.min(quietMs, usual.quietAfterRestartMs) }
}

/** Has the node restarted by itself since it was first seen to read? The polls tell: seen off, or another restart time. What they read before `sinceMs` may be from before our own restart. */
async function seeRestart({ memo, world }: Course, sinceMs: number): Promise<void> {
  if (memo.restart !== null) return
  const power = await world.power()
  if (power === null || power.takenAtMs < sinceMs) return
  const { state, lastResetAt } = power
  if (memo.mark === null) {
    if (state !== 'on') return
    memo.mark = { lastResetAt: lastResetAt ?? null }
  } else if (state === 'off' || state === 'poweringOn') {
    memo.restart = 'seen off'
  } else if (memo.mark.lastResetAt !== null && lastResetAt !== undefined && lastResetAt !== memo.mark.lastResetAt) {
    memo.restart = `its last reset time changed to ${lastResetAt}`
  } else {
    return
  }
  await world.keep('reading', memo)
}

/** Is the image still in its drive? null where the BMC does not say now. */
async function isIn({ memo, world }: Course): Promise<boolean | null> {
  try {
    const { slots } = await world.readMedia()
    return slots.find(({ id }) => id === memo.slot)?.inserted ?? null
  } catch (error) {
    if (error instanceof BmcError) return null
    throw error
  }
}
