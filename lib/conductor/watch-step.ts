import { isBootInForce } from '#lib/domain/boot.ts'
import { toEvidenceText } from '#lib/domain/evidence.ts'
import { isAway, isTraceless, toConclusion, toEvidence, toPauseMs, toShownPower, type Phase, type Trace } from './step-machine.ts'
import { watchBmc } from './watch-bmc.ts'
import { ended, read, textOf, type Ended, type Reading, type StepWorld } from './step-world.ts'

/** Reads until the goal of a command is proven or its time is over; null when the signal fired. */
export function watch(phase: Phase, trace: Trace, deadlineAtMs: number, world: StepWorld, signal: AbortSignal): Promise<Ended | null> {
  return (phase.goal === 'back' ? watchBmc : watchHost)(phase, trace, deadlineAtMs, world, signal)
}

async function watchHost(phase: Phase, trace: Trace, deadlineAtMs: number, world: StepWorld, signal: AbortSignal): Promise<Ended | null> {
  const { timing } = world
  const startedMs = world.nowMs()
  let logDueMs = startedMs
  let last: Reading | null = null
  let silence: unknown
  for (;;) {
    try {
      last = await read(world, phase)
      silence = undefined
    } catch (error) {
      silence = error
    }
    if (signal.aborted) return null
    if (last !== null && silence === undefined) {
      // The log is slow to read on many BMCs, so it is not looked at with every keen read.
      const withLog = world.nowMs() >= logDueMs
      if (withLog) logDueMs = world.nowMs() + timing.readEveryMs
      const evidence = await look(phase, trace, last, withLog, world)
      if (evidence !== null) return ended('verified', last, null, evidence)
      if (isTraceless(phase, trace, last.power, world.nowMs() - startedMs, timing)) break
    }
    if (world.nowMs() >= deadlineAtMs) break
    const pauseMs = toPauseMs(phase, trace, world.nowMs() - startedMs, timing)
    await world.sleep(Math.min(pauseMs, Math.max(1, deadlineAtMs - world.nowMs())), signal)
    if (signal.aborted) return null
  }
  const { state, code, message, isStillOn } = toConclusion(phase, trace, last?.power ?? null)
  const why = last === null && silence !== undefined ? `${message}: ${textOf(silence)}` : message
  return { ...ended(state, last, { code, message: why }), isStillOn: isStillOn && silence === undefined }
}

async function look(phase: Phase, trace: Trace, now: Reading, withLog: boolean, world: StepWorld): Promise<string | null> {
  if (isAway(now.power.state) && !trace.seenOff && trace.before.state === 'on') {
    trace.seenOff = true
    await world.keepBaseline({ reading: trace.before, seenOff: true })
  }
  world.show(toShownPower(phase, trace, now.power.state))
  const evidence = toEvidence(phase, trace, now.power)
  const { logMark } = trace.before
  if (evidence === null && withLog && phase.usesUp === true && (await isUsedUp(world))) return toEvidenceText('usedUp')
  if (!withLog || evidence !== null || logMark === undefined || (phase.goal !== 'restarted' && phase.goal !== 'nothing')) return evidence
  const restartLogged = await world.findRestart(logMark)
  return restartLogged === undefined ? null : toEvidence(phase, trace, { ...now.power, restartLogged })
}

/** One more witness of a start, as the log is: where it cannot be asked, the step goes on without it. */
const isUsedUp = (world: StepWorld) => world.readBoot().then((boot) => !isBootInForce(boot), () => false)
