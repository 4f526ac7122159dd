import { toEvidenceText } from '#lib/domain/evidence.ts'
import type { PowerReading } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { isDear } from './schedule.ts'
import { toConclusion, toEvidence, type Phase, type Trace } from './step-machine.ts'
import { ended, textOf, type Ended, type Reading, type StepWorld } from './step-world.ts'

/** So many unanswered in a row are no lost packets any more. */
const silences = 3
/** A BMC that has just started may refuse its own password for a while, and tries lock accounts. */
const dearTries = 6

/**
 * Waits until a BMC that resets itself has been silent and answers again, with a login. Until then it is only asked whether anybody is
 * there. `trace.seenOff`: it was silent; that survives a restart of the conductor.
 */
export async function watchBmc(phase: Phase, trace: Trace, deadlineAtMs: number, world: StepWorld, signal: AbortSignal): Promise<Ended | null> {
  const { timing } = world
  const startedMs = world.nowMs()
  let last: Reading | null = null
  let silence: unknown
  let unanswered = 0
  let silentAtMs = startedMs
  let readAtMs = startedMs + timing.tryAgainMs
  for (;;) {
    // A name that cannot be looked up says nothing of the BMC.
    const isThere = await world.isThere(phase.command).catch(() => undefined)
    if (signal.aborted) return null
    if (isThere === false && unanswered++ === 0 && !trace.seenOff) silentAtMs = world.nowMs()
    if (isThere) unanswered = 0
    if (unanswered >= silences && !trace.seenOff) {
      trace.seenOff = true
      await world.keepBaseline({ reading: trace.before, seenOff: true })
      readAtMs = 0
    }
    if (isThere === true && world.nowMs() >= readAtMs) {
      const answeredMs = world.nowMs()
      try {
        last = { power: await world.readBmc(phase.command), atMs: world.nowMs() }
        const evidence = toEvidence(phase, trace, last.power) ?? toReturn(trace, last.power, answeredMs - silentAtMs)
        if (evidence !== null) return ended('verified', last, null, evidence)
        silence = undefined
      } catch (error) {
        silence = error
      }
      if (signal.aborted) return null
      const isDearFailure = silence instanceof BmcError && isDear(silence.kind)
      readAtMs = world.nowMs() + timing.tryAgainMs * (isDearFailure ? dearTries : 1)
    }
    const isOver = world.nowMs() >= (trace.seenOff ? deadlineAtMs : Math.min(deadlineAtMs, startedMs + timing.silentWithinMs))
    if (isOver || (silence instanceof BmcError && silence.kind === 'certificate')) break
    await world.sleep(trace.seenOff ? timing.readEveryMs : timing.keenReadEveryMs, signal)
    if (signal.aborted) return null
  }
  if (trace.seenOff) {
    const why = silence === undefined ? '' : `: ${textOf(silence)}`
    const what = last === null ? 'has not answered as before since' : 'answers again, but it tells that it has not started since'
    return ended('unknown', last, { code: 'not-back', message: `the BMC fell silent and ${what}${why}` })
  }
  const { state, code, message } = toConclusion(phase, trace, last?.power ?? null)
  return ended(state, last, { code, message: last === null && silence !== undefined ? `${message}: ${textOf(silence)}` : message })
}

/** A silence proves the reset, unless the BMC tells that it has not started since: then it was the network's. */
function toReturn(trace: Trace, now: PowerReading, silentMs: number): string | null {
  const { bmcStartedAt } = trace.before
  if (!trace.seenOff || (bmcStartedAt !== undefined && bmcStartedAt === now.bmcStartedAt)) return null
  return toEvidenceText('silent', { seconds: Math.max(1, Math.round(silentMs / 1000)) })
}
