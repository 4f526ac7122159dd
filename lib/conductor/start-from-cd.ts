import type { ControlStep } from '#lib/db/steps.ts'
import type { MediaStep } from '#lib/db/steps.ts'
import type { StepStage } from '#lib/domain/install.ts'
import { baseline, createControlWorld } from './control-world.ts'
import type { MediaMemo } from './media-memo.ts'
import type { Course, Started } from './media-step.ts'
import { takeOn } from './run-step.ts'
import { toEntry } from './step-ending.ts'
import { commandsPerMinute, ownerOf, type StepHost } from './step-host.ts'
import { toMove } from './step-plan.ts'
import type { StepWorld } from './step-world.ts'
import type { World } from './world.ts'

/**
 * The start of an install is the step that sets a boot override and starts the node from it, within a step of its own kind: its commands come
 * after those of the mount, and what it must remember stands with theirs.
 */
const toBootStep = (step: MediaStep, commands: ControlStep['commands']): ControlStep => ({
  ...step,
  kind: 'boot',
  action: 'SetBoot',
  commands,
  state: commands.length === 0 ? 'queued' : 'sending',
  // That the operation began in time was looked at before its first command.
  deadlineAt: new Date(8.64e15),
  options: { boot: { target: 'cd', lasting: 'once', ...(step.options.mode === undefined ? {} : { mode: step.options.mode }) }, start: true },
})

/** Why this node cannot be started from a CD as it is now; null when it can. */
export async function whyNoStart(step: MediaStep, world: World, host: StepHost, signal: AbortSignal): Promise<string | null> {
  const asked = toBootStep(step, [])
  const control = createControlWorld(asked, world, host, signal)
  const move = toMove(asked, await control.readPower(), control.plan, world.timing)
  return move.kind === 'refused' ? move.message : null
}

/** Takes the start from where it stands; null when the step is not ours any more. What nothing proves goes on all the same: the reads will tell. */
export async function startFromCd(course: Course, world: World, host: StepHost): Promise<Started | null> {
  const { step, signal } = course
  const from = step.commands.indexOf('SetBoot')
  const commands = (from === -1 ? [] : step.commands.slice(from)) as ControlStep['commands']
  const asked = toBootStep(step, commands)
  const seen: Seen = { stopped: false, unaudited: null, isRestartSent: commands.length > 1 }
  const whole = await takeOn(asked, toWorld(course, asked, world, host, seen), signal)
  if (signal.aborted) return null
  const set = seen.isRestartSent || commands.length > 0 || course.sent > step.commands.length
  if (seen.stopped) return { state: 'stopped', code: 'stopped', text: `the operation was stopped; the node was not restarted${set ? ', but its boot override may be set' : ''}` }
  if (seen.unaudited !== null) return { state: 'failed', code: 'audit', text: seen.unaudited }
  if (whole === null) return null
  const text = whole.evidence ?? whole.error?.message ?? ''
  if (whole.state === 'verified') return { state: 'started', code: 'started', text }
  if (whole.state === 'unknown' && seen.isRestartSent) return { state: 'started', code: 'started', text: `restart: ${text}` }
  return { state: 'failed', code: whole.error?.code ?? 'failed', text: `the node was not started from the image: ${text}` }
}

type Seen = { stopped: boolean; unaudited: string | null; isRestartSent: boolean }

function toWorld(course: Course, asked: ControlStep, world: World, host: StepHost, seen: Seen): StepWorld {
  const { step, memo, signal } = course
  const control = createControlWorld(asked, world, host, signal)
  const before = course.sent - asked.commands.length
  return {
    ...control,
    async begin({ command, sentBefore, completes, before: power, baseline: kept }) {
      const isRestart = command !== 'SetBoot'
      if (isRestart && !(await world.pace(signal))) return 'not-ours'
      if (isRestart && memo.restartedAtMs === null) Object.assign(memo, { restartedAtMs: control.nowMs(), before: await toReadSoFar(course) })
      memo.baseline = kept
      const name: StepStage = isRestart ? 'resetting' : 'booting'
      const audit = toEntry(step, 'intent', { command, before: power, ...(isRestart ? {} : { boot: asked.options.boot }) })
      const answer = await world.writes.begin({ step, command, sentBefore: before + sentBefore, completes, before: power, baseline: null, stage: { name, memo }, owner: ownerOf(world, host), perMinute: commandsPerMinute, audit })
      if (answer === 'committed') course.sent += 1
      if (answer === 'committed' && isRestart) seen.isRestartSent = true
      if (answer === 'stopped') seen.stopped = true
      return answer
    },
    async keepBaseline(kept) {
      memo.baseline = kept
      await course.world.keep(seen.isRestartSent ? 'resetting' : 'booting', memo)
    },
    async readBaseline() {
      const parsed = baseline.safeParse(memo.baseline)
      return parsed.success ? parsed.data : null
    },
    refuseUnaudited: async (message) => void (seen.unaudited = message),
  }
}

/** What the BMC has read before the node restarts: it looked at the image when it took it in. */
async function toReadSoFar({ memo, world }: Course): Promise<MediaMemo['before']> {
  const reads = memo.linkId === null ? null : await world.reads(memo.linkId)
  return { bytes: reads?.bytes ?? 0, requests: reads?.requests ?? 0 }
}
