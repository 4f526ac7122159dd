import type { AuditEntry } from '#lib/domain/audit.ts'
import { appendAudit, appendAudits } from '#lib/db/audit.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { Origin } from './signed-in-user.ts'

/** Who did it, as the audit names them; someone who is not signed in is the name they typed. */
export type Actor = { name: string; kind: AuditEntry['actorKind'] } & Origin

export type Deed = {
  action: string
  outcome: AuditEntry['outcome']
  node?: string
  target?: string
  operationId?: string
  detail?: Record<string, unknown>
}

const toEntry = (actor: Actor, deed: Deed): AuditEntry => ({
  actor: actor.name,
  actorKind: actor.kind,
  ip: actor.ip,
  requestId: actor.requestId,
  action: deed.action,
  node: deed.node ?? null,
  target: deed.target ?? null,
  outcome: deed.outcome,
  operationId: deed.operationId ?? null,
  detail: deed.detail ?? {},
})

/** Appends one row to the audit in the transaction of the deed, so that neither is there without the other (design §2, law 3). Gives its seq. */
export async function record(tx: Transaction, actor: Actor, deed: Deed): Promise<number> {
  return appendAudit(tx, toEntry(actor, deed))
}

/** The same for many deeds of one request, in their order. */
export async function recordAll(tx: Transaction, actor: Actor, deeds: readonly Deed[]): Promise<void> {
  await appendAudits(tx, deeds.map((deed) => toEntry(actor, deed)))
}
