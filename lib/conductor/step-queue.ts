import type { Bmc, PowerReading } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { toPlan } from '#lib/bmc/node-bmc.ts'
import { isAway } from '#lib/db/away.ts'
import type { OwnedNode } from '#lib/db/leases.ts'
import { beginCommand, finishStep, markSent, readBaseline, updateBaseline, type ControlStep, type LogClearStep, type Owner, type StepOutcome, type StepWork } from '#lib/db/steps.ts'
import type { AuditEntry } from '#lib/domain/audit.ts'
import type { Protocol } from '#lib/domain/bmc.ts'
import { actionOf, rolesThatMay } from '#lib/domain/permission.ts'
import { powerState } from '#lib/domain/power.ts'
import * as z from 'zod/mini'
import type { Archive } from './archive.ts'
import { addressOf, type Conversation } from './conversation.ts'
import { runLogClear, type LogClearWorld } from './run-log-clear.ts'
import { runStep, type Baseline, type StepWorld } from './run-step.ts'
import { sleep } from './sleep.ts'
import type { World } from './world.ts'

/** The steps of one node, one at a time, in the order in which they were asked. */
export type StepQueue = {
  isBusy: () => boolean
  offer: (steps: readonly StepWork[]) => void
  stop: () => Promise<void>
}

type Host = {
  node: () => OwnedNode
  conversation: () => Conversation | BmcError
  archive: Archive
  onPower: (reading: PowerReading, via: Protocol, latencyMs: number, shown: PowerReading['state']) => void
  onBegin: () => void
  onEnd: (step: StepWork) => void
}

/** Of one node, within a minute: more is a loop gone wild or somebody who should not be there. */
const commandsPerMinute = 12

const baseline = z.object({
  reading: z.object({ state: powerState, lastResetAt: z.optional(z.string()), restartCause: z.optional(z.string()), indicator: z.optional(z.boolean()), logMark: z.optional(z.string()) }),
  seenOff: z.boolean(),
})

export function createStepQueue(world: World, host: Host): StepQueue {
  const waiting = new Map<string, StepWork>()
  const stop = new AbortController()
  const onWorldEnd = () => stop.abort()
  if (world.signal.aborted) stop.abort()
  else world.signal.addEventListener('abort', onWorldEnd, { once: true })
  /** What has ended here: a list that was read just before must not bring it back. */
  const ended = new Set<string>()
  let running: StepWork | undefined
  let drain: Promise<void> = Promise.resolve()

  async function work(): Promise<void> {
    for (;;) {
      const next = waiting.values().next().value
      if (next === undefined || stop.signal.aborted) return
      waiting.delete(next.id)
      running = next
      host.onBegin()
      try {
        if (next.kind === 'log-clear') await runLogClear(next, createLogClearWorld(next, world, host, stop.signal), stop.signal)
        else await runStep(next, createStepWorld(next, world, host, stop.signal), stop.signal)
        ended.add(next.id)
      } catch (error) {
        // The step stands in the database as it was; it is offered again when that answers.
        if (!isAway(error)) world.complain(`${next.nodeName}: step ${next.id}: ${error instanceof Error ? error.message : String(error)}`)
        await sleep(1_000, stop.signal)
      } finally {
        running = undefined
        host.onEnd(next)
      }
    }
  }

  return {
    isBusy: () => running !== undefined || waiting.size > 0,
    offer(steps) {
      const wasIdle = running === undefined && waiting.size === 0
      for (const step of steps) if (step.id !== running?.id && !waiting.has(step.id) && !ended.has(step.id)) waiting.set(step.id, step)
      if (wasIdle && waiting.size > 0) drain = work()
    },
    async stop() {
      waiting.clear()
      stop.abort()
      world.signal.removeEventListener('abort', onWorldEnd)
      await drain
    },
  }
}

const ownerOf = (world: World, host: Host): Owner => ({ conductorId: world.conductorId, epoch: host.node().epoch })

function conversationOf(host: Host): Conversation {
  const now = host.conversation()
  if (now instanceof BmcError) throw now
  return now
}

function createLogClearWorld(step: LogClearStep, world: World, host: Host, signal: AbortSignal): LogClearWorld {
  const { archive } = host
  return {
    nowMs: () => Date.now(),
    sleep,
    places: () => archive.places(),
    readLog: (via) => archive.readLog(conversationOf(host), via, signal),
    readWholeLog: (via) => archive.readWholeLog(conversationOf(host), via, signal),
    clear: (via) => conversationOf(host).bmc.clearLog(step.source, via, signal),
    begin: async () => {
      if (!(await world.pace(signal))) return 'not-ours'
      const audit = toEntry(step, 'intent', { source: step.source })
      const intent = { step, command: step.action, sentBefore: 0, before: null, baseline: {}, owner: ownerOf(world, host), perMinute: commandsPerMinute, roles: rolesThatMay(actionOf[step.kind]), audit }
      return beginCommand(world.db, intent)
    },
    markSent: () => markSent(world.db, step.id),
    finish: (outcome) => finish(step, outcome, world, host.node(), signal),
    refuseUnaudited: (message) => refuseUnaudited(step, message, world, host),
  }
}

function createStepWorld(step: ControlStep, world: World, host: Host, signal: AbortSignal): StepWorld {
  const owner = () => ownerOf(world, host)
  const plan = () => toPlan(step.action, host.node().capabilities)
  const conversation = () => conversationOf(host)
  let last: { reading: PowerReading; via: Protocol; latencyMs: number } | undefined

  /** The log is only one more witness: where it cannot be asked, the step goes on without it. */
  async function ofLog(ask: (bmc: Bmc) => Promise<string | undefined> | undefined): Promise<string | undefined> {
    const now = conversation()
    if (!now.usable(performance.now()).includes('ipmi')) return undefined
    return now.read('ipmi', async (bmc) => ask(bmc), signal).catch(() => undefined)
  }

  return {
    nowMs: () => Date.now(),
    sleep,
    timing: world.timing,
    plan,
    async readPower() {
      last = await conversation().readPower(signal, true)
      return last.reading
    },
    readLogMark: () => ofLog((bmc) => bmc.readLogMark?.(signal)),
    findRestart: (mark) => ofLog((bmc) => bmc.findRestart?.(mark, signal)),
    async send(command) {
      const planned = plan()
      if ('refused' in planned) throw new BmcError('unsupported', addressOf(host.node()), planned.refused)
      return conversation().bmc.send(command, planned.via, signal)
    },
    async begin(intent) {
      if (!(await world.pace(signal))) return 'not-ours'
      const audit = toEntry(step, 'intent', { command: intent.command, before: intent.before })
      return beginCommand(world.db, { ...intent, baseline: { ...intent.baseline }, owner: owner(), perMinute: commandsPerMinute, roles: rolesThatMay(actionOf[step.kind]), audit })
    },
    markSent: () => markSent(world.db, step.id),
    keepBaseline: (_, kept) => updateBaseline(world.db, step, { ...kept }),
    async readBaseline(): Promise<Baseline | null> {
      const parsed = baseline.safeParse(await readBaseline(world.db, step))
      return parsed.success ? parsed.data : null
    },
    finish: (_, outcome) => finish(step, outcome, world, host.node(), signal),
    refuseUnaudited: (_, message) => refuseUnaudited(step, message, world, host),
    show: (power) => {
      if (last !== undefined) host.onPower(last.reading, last.via, last.latencyMs, power)
    },
  }
}

async function refuseUnaudited(step: StepWork, message: string, world: World, host: Host): Promise<void> {
  const error = { code: 'audit', message: `${step.nodeName} (${addressOf(host.node())}): ${message}` }
  await finishStep(world.db, step, { state: 'failed', before: null, after: null, afterAt: null, evidence: null, error }, null)
}

/** Writes the end of a step until it is written: the outcome belongs to the audit as the intent does. */
async function finish(step: StepWork, outcome: StepOutcome, world: World, node: OwnedNode, signal: AbortSignal): Promise<void> {
  const error = outcome.error === null ? null : { code: outcome.error.code, message: `${step.nodeName} (${addressOf(node)}): ${outcome.error.message}` }
  const whole = { ...outcome, error }
  const { before, after, evidence } = outcome
  const audit = toEntry(step, toAuditOutcome(outcome), { state: outcome.state, before, after, evidence, ...(error === null ? {} : { error: error.message }) })
  for (let pauseMs = 250; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 10_000)) {
    try {
      await finishStep(world.db, step, whole, audit)
      return
    } catch (failure) {
      if (!isAway(failure)) world.complain(`${step.nodeName}: the outcome of step ${step.id} is not written yet: ${failure instanceof Error ? failure.message : String(failure)}`)
      await sleep(pauseMs, signal)
    }
  }
}

function toAuditOutcome({ state, error }: StepOutcome): AuditEntry['outcome'] {
  if (state === 'verified') return 'ok'
  if (state === 'unknown') return 'unknown'
  return error?.code === 'protected' || error?.code === 'rate-limit' ? 'refused' : 'failed'
}

/** One row of a step: who asked, from where, what of which node. Its `detail` has no secret, for nothing here knows one. */
function toEntry(step: StepWork, outcome: AuditEntry['outcome'], detail: Record<string, unknown>): AuditEntry {
  return {
    actor: step.by,
    actorKind: step.actorKind,
    ip: step.ip,
    requestId: step.requestId,
    action: step.kind,
    node: step.nodeName,
    target: step.kind === 'log-clear' ? step.source : step.action,
    outcome,
    operationId: step.operationId,
    detail: { stepId: step.id, ...detail },
  }
}
