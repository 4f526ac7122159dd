import { operationCreated, stepList, type OperationCreate } from '#lib/api/contract.ts'
import { operation, type Operation, type OperationAction, type Step } from '#lib/domain/operation.ts'
import { toProgress } from '#lib/domain/progress.ts'
import { tellsEvidence, toErrorText, toVerbs } from '#lib/domain/step-verbs.ts'
import type { Client } from './client.ts'
import { exitCodes, Failure } from './failure.ts'
import { fold, toBar, type Output } from './output.ts'
import { pause } from './pause.ts'

const lookEveryMs = 700

export const startOperation = async (client: Client, request: OperationCreate): Promise<string> =>
  (await client.ask(operationCreated, '/api/operations', { method: 'POST', body: request, idempotencyKey: crypto.randomUUID() })).id

/** Waits for its end with a bar, then says how each node fared. Gives the exit code. Ctrl-C leaves it running and says how to come back. */
export async function watchOperation(client: Client, output: Output, id: string): Promise<number> {
  const stop = new AbortController()
  const onInterrupt = () => stop.abort()
  process.once('SIGINT', onInterrupt)
  try {
    const ended = await waitForEnd(client, output, id, stop.signal)
    output.progress('')
    return await tellSteps(client, output, ended)
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

async function waitForEnd(client: Client, output: Output, id: string, signal: AbortSignal): Promise<Operation> {
  for (;;) {
    const now = await client.ask(operation, `/api/operations/${id}`)
    if (now.finishedAt !== null) return now
    output.progress(toProgressLine(now))
    await pause(lookEveryMs, signal)
    if (signal.aborted) {
      output.progress('')
      throw new Failure(exitCodes.interrupted, `operation ${id} goes on: «baseboard operations ${id} --watch» to see it, «baseboard operations abort ${id}» to stop it`)
    }
  }
}

/** `[####....] 40/120  3 failed  batch 2, next in 4 s`. */
export function toProgressLine({ counts, batch, nextBatchAt, held, stopped }: Operation, nowMs = Date.now()): string {
  const { total, done } = toProgress(counts)
  const bad = (['not-applied', 'unknown', 'failed', 'aborted'] as const).filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${words[state]}`)
  const next = nextBatchAt === null ? '' : `, next in ${Math.max(0, Math.ceil((Date.parse(nextBatchAt) - nowMs) / 1000))} s`
  const where = stopped !== null ? 'stopping' : held !== null ? `held by ${held.by}` : batch !== null && batch > 0 && done < total ? `batch ${batch}${next}` : ''
  return [toBar(done, total), ...bad, where].filter((part) => part !== '').join('  ')
}

const words: Record<Step['state'], string> = {
  queued: 'waits',
  sending: 'sending',
  sent: 'sent, reading back',
  verified: 'verified',
  'not-applied': 'not applied',
  unknown: 'unknown',
  failed: 'failed',
  aborted: 'aborted',
}

/** Verbs as ipmitool and confluent write them. */
const verbs: Record<OperationAction, string> = {
  On: 'on',
  GracefulShutdown: 'shutdown',
  ForceOff: 'off',
  GracefulRestart: 'restart',
  ForceRestart: 'reset',
  PowerCycle: 'cycle',
  FullPowerCycle: 'reseat',
  Nmi: 'diag',
  PushPowerButton: 'button',
  Boot: 'boot',
  IndicatorOn: 'identify on',
  IndicatorOff: 'identify off',
  SetBoot: 'bootdev',
  ClearLog: 'sel clear',
  SetPowerCap: 'powercap',
  LiftPowerCap: 'powercap none',
  ResetBmc: 'bmcreset',
  RefreshInventory: 'read inventory',
  RefreshSensors: 'read sensors',
  RefreshLog: 'read sel',
  RefreshMedia: 'read media',
  MountImage: 'mount',
  EjectMedia: 'eject',
  InstallImage: 'install',
}

/** `on->reset`, or `on->reset: not applied: the BMC accepted the command, but …`. */
export function toStepText(action: OperationAction, step: Step): string {
  const { did, forced } = toVerbs(action, step)
  const verb = `${verbs[did]}${forced === null ? '' : `, then ${verbs[forced]}`}`
  const deed = step.before === null ? verb : `${step.before}->${verb}`
  if (step.state === 'verified') return tellsEvidence(action) && step.evidence !== undefined ? `${deed}: ${step.evidence}` : deed
  const reason = toErrorText(step)
  return `${deed}: ${words[step.state]}${reason === undefined ? '' : `: ${reason}`}`
}

/** Every step of an operation, page by page. */
export async function readSteps(client: Client, id: string): Promise<Step[]> {
  const steps: Step[] = []
  let after: string | undefined
  do {
    const page = await client.ask(stepList, `/api/operations/${id}/steps`, { query: { limit: 1000, after } })
    steps.push(...page.steps)
    after = page.next ?? undefined
  } while (after !== undefined)
  return steps
}

/** Prints what became of each node; nodes of one fate are one line. 0 when all is verified. */
export async function tellSteps(client: Client, output: Output, ended: Operation): Promise<number> {
  const steps = await readSteps(client, ended.id)
  if (output.json) output.out(JSON.stringify({ ...ended, steps }))
  else for (const line of fold(steps.map((step) => ({ node: step.node, text: toStepText(ended.action, step) })), true)) output.out(line)
  const isFine = steps.every((step) => step.state === 'verified')
  if (!isFine && !output.json) output.note(`operation ${ended.id}: «baseboard operations retry ${ended.id}» asks again for what did not apply or failed`)
  return isFine ? exitCodes.ok : exitCodes.partly
}
