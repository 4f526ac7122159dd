import { BmcError } from '#lib/bmc/errors.ts'
import { toBmcError } from '#lib/bmc/failure.ts'
import { isAway } from '#lib/db/away.ts'
import { beginRaw, finishRaw, type RawEnd, type RawIntentAnswer, type RawWork } from '#lib/db/raw.ts'
import type { AuditEntry } from '#lib/domain/audit.ts'
import type { Protocol } from '#lib/domain/bmc.ts'
import { actions, rolesThatMay, type Action } from '#lib/domain/permission.ts'
import type { RawMethod } from '#lib/domain/raw.ts'
import { addressOf, type Conversation } from './conversation.ts'
import type { NodeAgent } from './node-agent.ts'
import { sleep } from './sleep.ts'
import type { World } from './world.ts'

/** As for steps: more is a loop gone wild or somebody who should not be there. */
const changesPerMinute = 12

/** How a change ended, and what its audit row tells of it: `detail`, else its failure. */
export type Ended = { end: RawEnd; outcome: AuditEntry['outcome']; detail?: Record<string, unknown> }

/** One change as it is to be made. What `look` and `send` throw says that nothing left. */
export type ChangeByHand = {
  protocol: Protocol
  action: Action
  /** Why the conductor itself does not send it, whatever web asks. */
  refusal: string | null
  /** Reads something before, so that a session which the BMC has forgotten shows here and not in the change; gives what the intent's audit row tells. */
  look: (conversation: Conversation) => Promise<Record<string, unknown>>
  send: (conversation: Conversation) => Promise<Ended>
}

/** Makes one change that an administrator wrote by hand: its intent is committed with its audit row, it is sent once, and how it ended is written down. */
export async function changeByHand(work: RawWork, world: World, agent: NodeAgent | undefined, toChange: (work: RawWork, world: World) => ChangeByHand): Promise<void> {
  const { end, outcome, detail } = await tryChange(work, world, agent, toChange)
  await finish(work, end, toChangeEntry(work, outcome, detail ?? { error: end.failure?.message }), world)
}

async function tryChange(work: RawWork, world: World, agent: NodeAgent | undefined, toChange: (work: RawWork, world: World) => ChangeByHand): Promise<Ended> {
  const { nodeName } = work
  try {
    const { protocol, action, refusal, look, send } = toChange(work, world)
    if (refusal !== null) return refused('guarded', `${nodeName}: ${refusal}`)
    const conversation = toConversation(work, protocol, agent)
    if (agent!.isBusy()) return refused('busy', `${nodeName}: an operation is running on this node; nothing was sent`)
    const seen = await look(conversation)
    if (!(await world.pace(world.signal))) return refused('stopped', `${nodeName}: the conductor is stopping; nothing was sent`)
    const owner = { conductorId: world.conductorId, epoch: agent!.node().epoch }
    const audit = toChangeEntry(work, 'intent', seen)
    const intent = await beginRaw(world.db, { work, owner, perMinute: changesPerMinute, roles: rolesThatMay(action), audit })
    if (intent !== 'committed') return refused(intent, `${nodeName}: ${toUncommitted(intent, action)}; nothing was sent`)
    if (world.signal.aborted) return refused('stopped', `${nodeName}: the node was given up before anything was sent`)
    return await send(conversation)
  } catch (error) {
    return toNotSent(error, nodeName)
  }
}

/** Nothing left, because the BMC did not let us in, or something else went wrong before. */
function toNotSent(error: unknown, nodeName: string): Ended {
  const { kind, message } = toBmcError(error, nodeName)
  const isSaid = error instanceof BmcError && !isAway(error)
  return { end: toFailed({ code: isSaid ? kind : 'not-sent', message: `${message}; nothing was sent` }), outcome: 'failed' }
}

const refused = (code: string, message: string): Ended => ({ end: toFailed({ code, message }), outcome: 'refused' })

function toUncommitted(intent: Exclude<RawIntentAnswer, 'committed'>, action: Action): string {
  const words = {
    'not-ours': 'the node has changed hands',
    protected: 'the node is protected',
    'rate-limit': `more than ${changesPerMinute} changes to this node within a minute`,
    forbidden: `whoever asked may not do this any more: it needs the role ${actions[action]}`,
  }
  return words[intent]
}

/** What REDFISH_CHANGES says of a change to this part of the BMC; undefined for one that is not guarded. */
export function toSiteRefusal(part: string | undefined, { changes }: World): string | null {
  if (changes === 'none') return 'changes by hand are switched off here (REDFISH_CHANGES=none)'
  return part === undefined || changes === 'all' ? null : `this would change ${part}, which is not done by hand unless the conductor is started with REDFISH_CHANGES=all`
}

const protocolNames = { redfish: 'Redfish', ipmi: 'IPMI' } as const

/** The node's conversation, if it may be asked by this protocol now: what refused a password is not tried again because somebody clicks. */
export function toConversation({ nodeName }: { nodeName: string }, protocol: Protocol, agent: NodeAgent | undefined): Conversation {
  if (agent === undefined) throw new BmcError('failed', nodeName, `${nodeName}: the node has changed hands; ask again`)
  const conversation = agent.conversation()
  if (conversation instanceof BmcError) throw conversation
  if (conversation.usable(performance.now()).includes(protocol)) return conversation
  const node = agent.node()
  const endpoint = node.endpoints.find((one) => one.protocol === protocol)
  const address = addressOf(node)
  if (endpoint === undefined || endpoint.state === 'absent') throw new BmcError('unsupported', address, `${address}: this BMC is not spoken to by ${protocolNames[protocol]}`)
  if (endpoint.failure !== null) throw new BmcError(endpoint.failure.kind, endpoint.failure.address, endpoint.failure.text)
  throw new BmcError('unreachable', address, `${address}: the BMC has not answered by ${protocolNames[protocol]} lately and is not asked now; try again in a minute`)
}

export const toFailed = (failure: NonNullable<RawEnd['failure']>): RawEnd => ({ answer: null, body: null, failure })

const auditActions: Partial<Record<RawMethod, string>> = { IPMI: 'ipmi', SET: 'bmc-setup' }

/** One row of a change: who, from where, what of which node. Secrets in the body were hidden before. */
export function toChangeEntry(work: RawWork, outcome: AuditEntry['outcome'], detail: Record<string, unknown>): AuditEntry {
  const { by, byKind, ip, requestId, nodeName, method, path, id } = work
  const target = `${method} ${path}`
  return { actor: by, actorKind: byKind, ip, requestId, action: auditActions[method] ?? 'redfish', node: nodeName, target, outcome, operationId: null, detail: { request: id, ...detail } }
}

/** The outcome belongs to the audit as the intent does: it is written until it is written, or the conductor stops. */
async function finish(work: RawWork, end: RawEnd, audit: AuditEntry, world: World): Promise<void> {
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
