import type { AuditEntry } from '#lib/domain/audit.ts'
import { appendAudit } from '#lib/db/audit.ts'
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

/** Appends one row to the audit in the transaction of the deed, so that neither is there without the other (design §2, law 3). */
export async function record(tx: Transaction, actor: Actor, deed: Deed): Promise<void> {
  await appendAudit(tx, {
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
}
