import { rolesByKind } from '#lib/domain/permission.ts'
import type { Database } from './client.ts'
import type { Owner, RefreshStep } from './steps.ts'

/** Notes that a step reads now. False, and nothing is noted, when the node has another owner, the operation was stopped, or who asked may not any more. */
export async function beginReading(db: Database, step: RefreshStep, owner: Owner): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `UPDATE "Step" s SET state = 'sent', "updatedAt" = now()
    FROM "Operation" o, "Node" n
    WHERE s.id = $1 AND s.state IN ('queued', 'sent') AND s."releasedAt" IS NOT NULL AND o.id = s."operationId" AND n.id = s."nodeId"
      AND n."ownerId" = $2 AND n."ownerEpoch" = $3
      AND (s.state = 'sent' OR (o."stoppedAt" IS NULL AND operation_may(o."byKind", o."byId", $4)))`,
    [step.id, owner.conductorId, owner.epoch, rolesByKind[step.kind]],
  )
  return rowCount === 1
}
