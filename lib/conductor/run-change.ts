import { BmcError } from '#lib/bmc/errors.ts'
import { toBmcError } from '#lib/bmc/failure.ts'
import { toAuditBody, toGuardedPart, type RawOutcome } from '#lib/bmc/redfish-raw.ts'
import { isAway } from '#lib/db/away.ts'
import { beginRaw, finishRaw, type RawEnd, type RawIntentAnswer, type RawWork } from '#lib/db/raw.ts'
import type { AuditEntry } from '#lib/domain/audit.ts'
import { actions, rolesThatMay, type Action } from '#lib/domain/permission.ts'
import type { RawChange, RawMethod } from '#lib/domain/raw.ts'
import type { NodeAgent } from './node-agent.ts'
import { lookAt, toConversation, toEnd, toFailed } from './raw.ts'
import { sleep } from './sleep.ts'
import type { World } from './world.ts'

/** As for steps: more is a loop gone wild or somebody who should not be there. */
export const changesPerMinute = 12
const longestAuditBody = 8_000

export type Ended = { end: RawEnd; outcome: AuditEntry['outcome'] }

/**
 * A change that an administrator wrote by hand: its intent is committed with its audit row, it is sent once, and what the BMC answered is
 * written down. Unlike a step it is not read back, for nobody here knows what it should bring about: the page reads the resource anew.
 */
export async function runChange(work: RawWork, world: World, agent: NodeAgent | undefined): Promise<void> {
  const { end, outcome } = await tryChange(work, world, agent)
  await finish(work, end, toChangeEntry(work, outcome, toDetail(end)), world)
}

async function tryChange(work: RawWork, world: World, agent: NodeAgent | undefined): Promise<Ended> {
  try {
    const request: RawChange = toRequest(work)
    const guarded = toRefusal(request, world)
    if (guarded !== null) return refused('guarded', `${work.nodeName}: ${guarded}`)
    const conversation = toConversation(work, 'redfish', agent)
    if (agent!.isBusy()) return refused('busy', `${work.nodeName}: an operation is running on this node; nothing was sent`)
    // A session that the BMC has forgotten shows here and not in the change.
    await lookAt(work.path, conversation, world.signal)
    if (!(await world.pace(world.signal))) return refused('stopped', `${work.nodeName}: the conductor is stopping; nothing was sent`)
    const owner = { conductorId: world.conductorId, epoch: agent!.node().epoch }
    const audit = toChangeEntry(work, 'intent', { body: toShort(toAuditBody(request.body)), ifMatch: work.ifMatch })
    const intent = await beginRaw(world.db, { work, owner, perMinute: changesPerMinute, roles: rolesThatMay('changeRedfish'), audit })
    if (intent !== 'committed') return toUncommitted(intent, work, 'changeRedfish')
    if (world.signal.aborted) return refused('stopped', `${work.nodeName}: the node was given up before anything was sent`)
    return toEnded(await conversation.bmc.change(request, world.signal), work)
  } catch (error) {
    return toNotSent(error, work)
  }
}

/** Nothing left, because the BMC did not let us in, or something else went wrong before. */
export function toNotSent(error: unknown, { nodeName }: RawWork): Ended {
  const { kind, message } = toBmcError(error, nodeName)
  const isSaid = error instanceof BmcError && !isAway(error)
  return { end: toFailed({ code: isSaid ? kind : 'not-sent', message: `${message}; nothing was sent` }), outcome: 'failed' }
}

const toRequest = ({ method, path, body, ifMatch }: RawWork): RawChange => ({
  method: method as RawChange['method'],
  path,
  body: body === null ? undefined : JSON.parse(body),
  ifMatch: ifMatch ?? undefined,
})

/** What the conductor itself does not send, whatever web asks. */
function toRefusal(request: RawChange, { changes }: World): string | null {
  if (changes === 'none') return 'changes by hand are switched off here (REDFISH_CHANGES=none)'
  const part = changes === 'all' ? undefined : toGuardedPart(request)
  return part === undefined ? null : `this would change ${part}, which is not done by hand unless the conductor is started with REDFISH_CHANGES=all`
}

export const refused = (code: string, message: string): Ended => ({ end: toFailed({ code, message }), outcome: 'refused' })

export function toUncommitted(intent: Exclude<RawIntentAnswer, 'committed'>, { nodeName }: RawWork, action: Action): Ended {
  const words = {
    'not-ours': 'the node has changed hands; nothing was sent',
    protected: 'the node is protected; nothing was sent',
    'rate-limit': `more than ${changesPerMinute} changes to this node within a minute; nothing was sent`,
    forbidden: `whoever asked may not do this any more: it needs the role ${actions[action]}; nothing was sent`,
  }
  return refused(intent, `${nodeName}: ${words[intent]}`)
}

function toEnded(outcome: RawOutcome, work: RawWork): Ended {
  if (outcome.kind === 'reply-lost') {
    const message = `${outcome.text}. It was sent once; read the resource to see whether it was done`
    return { end: toFailed({ code: 'reply-lost', message: `${work.nodeName}: ${message}` }), outcome: 'unknown' }
  }
  const { status } = outcome.reply
  // After a 5xx the deed may have been done all the same.
  return { end: toEnd(outcome.reply), outcome: status < 300 ? 'ok' : status < 500 ? 'failed' : 'unknown' }
}

const toDetail = ({ answer, failure }: RawEnd): Record<string, unknown> =>
  answer === null ? { error: failure?.message } : { status: answer.status, location: answer.location, messages: answer.messages }

const toShort = (body: unknown) => {
  const text = JSON.stringify(body) ?? ''
  return text.length <= longestAuditBody ? body : `${text.slice(0, longestAuditBody)}…`
}

const auditActions: Partial<Record<RawMethod, string>> = { IPMI: 'ipmi', SET: 'bmc-setup' }

/** One row of a change: who, from where, what of which node. Secrets in the body were hidden before. */
export function toChangeEntry(work: RawWork, outcome: AuditEntry['outcome'], detail: Record<string, unknown>): AuditEntry {
  const { by, byKind, ip, requestId, nodeName, method, path, id } = work
  const target = `${method} ${path}`
  return { actor: by, actorKind: byKind, ip, requestId, action: auditActions[method] ?? 'redfish', node: nodeName, target, outcome, operationId: null, detail: { request: id, ...detail } }
}

/** The outcome belongs to the audit as the intent does: it is written until it is written, or the conductor stops. */
export async function finish(work: RawWork, end: RawEnd, audit: AuditEntry, world: World): Promise<void> {
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 10_000)) {
    try {
      return await finishRaw(world.db, work.id, end, audit)
    } catch (failure) {
      if (world.signal.aborted) return
      if (!isAway(failure)) world.complain(`${work.nodeName}: the outcome of ${work.method} ${work.path} is not written yet: ${String(failure)}`)
      await sleep(pauseMs, world.signal)
    }
  }
}
