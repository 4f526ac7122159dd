import type { FanAnswer } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { toBmcError } from '#lib/bmc/failure.ts'
import { beginFans, type FanStanding, type FanWork } from '#lib/db/fan-policies.ts'
import type { Owner } from '#lib/db/steps.ts'
import type { AuditEntry } from '#lib/domain/audit.ts'
import type { FanControl, FanDuties, FanOrder } from '#lib/domain/fan.ts'
import { because, toSends, type FanBecause, type FanReason } from '#lib/domain/fan-policy.ts'
import { sayFan } from '#lib/domain/fan-words.ts'
import { rolesThatMay } from '#lib/domain/permission.ts'
import { addressOf } from './conversation.ts'
import type { FanHost } from './fan-hand.ts'
import type { World } from './world.ts'

export const ownerOf = (host: FanHost, world: World): Owner => ({ conductorId: world.conductorId, epoch: host.node().epoch })

/** The duties of an order that holds; null for one after which the BMC steers. */
export const dutiesOf = (order: FanOrder): FanDuties | null => (order.kind === 'duty' ? order.duties : null)

export const toReason = ({ text, ...reason }: FanBecause): FanReason => ({ ...reason, text: text.slice(0, 500), at: new Date().toISOString() })

export const standingOf = ({ state, reason, holding, duties, asserts, assertedAt }: FanWork): FanStanding => ({ state, reason, holding, duties, asserts, assertedAt })

/** What an order came to. `lost`: nobody knows whether it arrived, and it may be sent again, for it is the same state again. */
export type Told = { kind: 'taken' } | { kind: 'refused' | 'unsupported' | 'lost' | 'unreachable'; text: string }

const sendLimitMs = 30_000

/** Tells the fans something over the node's one conversation. Never rejects. */
export async function tell(order: FanOrder, control: FanControl, host: FanHost, signal: AbortSignal): Promise<Told> {
  const address = addressOf(host.node())
  const now = host.conversation()
  if (now instanceof BmcError) return { kind: 'unreachable', text: now.message }
  if (!now.usable(performance.now()).includes(control.via)) return { kind: 'unreachable', text: `${address}: the BMC has not answered by ${control.via} lately and is not asked now` }
  try {
    return toTold(await now.bmc.setFans(order, control.via, AbortSignal.any([signal, AbortSignal.timeout(sendLimitMs)])))
  } catch (error) {
    const { kind, message } = toBmcError(error, address)
    return { kind: kind === 'unsupported' ? 'unsupported' : kind === 'failed' ? 'refused' : 'unreachable', text: message }
  }
}

function toTold(answer: FanAnswer): Told {
  if (answer.kind === 'accepted') return { kind: 'taken' }
  return { kind: answer.kind === 'rejected' ? 'refused' : answer.kind === 'unsupported' ? 'unsupported' : 'lost', text: answer.text }
}

/** One row of the audit: who asked, of which node, what is sent. What we do by ourselves is ours, with who asked for the policy beside it. */
export function toFanEntry(work: FanWork, outcome: AuditEntry['outcome'], target: string, detail: Record<string, unknown>, isOurs = false): AuditEntry {
  const { setBy, setByKind, ip, requestId, nodeName } = work
  const who = isOurs ? { actor: 'Baseboard', actorKind: 'system' as const, ip: null, requestId: null } : { actor: setBy, actorKind: setByKind, ip, requestId }
  return { ...who, action: 'fans', node: nodeName, target, outcome, operationId: null, detail: { version: work.version, ...(isOurs ? { askedBy: setBy } : {}), ...detail } }
}

/** What is sent for an order, in the words of the control: bytes, or a Redfish request. */
export const toDetail = (order: FanOrder, control: FanControl): Record<string, unknown> => {
  const { unverified, ...rest } = order
  return { order: rest, by: control.via, profile: control.profile, grade: control.grade, sends: toSends(control), ...(unverified === undefined ? {} : { unverified }) }
}

type Begun = 'committed' | { refused: FanBecause } | 'not-ours'

/** Commits an intent with its audit row. Rejects where the database cannot be written: then nothing is sent. */
export async function begin(work: FanWork, order: FanOrder, control: FanControl, told: { target: string; detail: Record<string, unknown>; isOurs: boolean }, host: FanHost, world: World): Promise<Begun> {
  const audit = toFanEntry(work, 'intent', told.target, { ...toDetail(order, control), ...told.detail }, told.isOurs)
  const answer = await beginFans(world.db, {
    work,
    owner: ownerOf(host, world),
    duties: dutiesOf(order),
    isNew: !told.isOurs,
    letsGo: told.target === 'let-go',
    roles: rolesThatMay('fans'),
    audit,
  })
  if (answer === 'protected') return { refused: because('protected', sayFan('fan-protected')) }
  if (answer === 'forbidden') return { refused: because('forbidden', sayFan('fan-forbidden')) }
  return answer
}
