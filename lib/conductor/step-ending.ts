import { isAway } from '#lib/db/away.ts'
import type { StepOutcome } from '#lib/db/finish-steps.ts'
import type { OwnedNode } from '#lib/db/leases.ts'
import type { StepWork } from '#lib/db/steps.ts'
import type { AuditEntry } from '#lib/domain/audit.ts'
import { toTarget } from '#lib/domain/operation.ts'
import { addressOf } from './conversation.ts'
import { sleep } from './sleep.ts'
import type { StepHost } from './step-host.ts'
import type { World } from './world.ts'

/** Ends a step for which nothing was sent because the audit could not be written. */
export async function refuseUnaudited(step: StepWork, message: string, world: World, host: StepHost): Promise<void> {
  const error = { code: 'audit', message: `${step.nodeName} (${addressOf(host.node())}): ${message}` }
  const outcome = { state: 'failed' as const, before: null, after: null, afterAt: null, evidence: null, error }
  await world.writes.finish({ step, outcome, audit: null })
}

/** Writes the end of a step until it is written: the outcome belongs to the audit as the intent does. */
export async function finish(step: StepWork, outcome: StepOutcome, world: World, node: OwnedNode, signal: AbortSignal): Promise<void> {
  const error = outcome.error === null ? null : { code: outcome.error.code, message: `${step.nodeName} (${addressOf(node)}): ${outcome.error.message}` }
  const whole = { ...outcome, error }
  const { before, after, evidence } = outcome
  const audit = toEntry(step, toAuditOutcome(outcome), { state: outcome.state, before, after, evidence, ...(error === null ? {} : { error: error.message }) })
  for (let pauseMs = 250; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 10_000)) {
    try {
      await world.writes.finish({ step, outcome: whole, audit })
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
export function toEntry(step: StepWork, outcome: AuditEntry['outcome'], detail: Record<string, unknown>): AuditEntry {
  return {
    actor: step.by,
    actorKind: step.actorKind,
    ip: step.ip,
    requestId: step.requestId,
    action: step.kind,
    node: step.nodeName,
    target: toTarget(step.action, step.options),
    outcome,
    operationId: step.operationId,
    detail: { stepId: step.id, ...detail },
  }
}
