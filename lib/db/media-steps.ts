import type { StepStage } from '#lib/domain/install.ts'
import type { MediaState } from '#lib/domain/media.ts'
import type { Database } from './client.ts'
import { toJsonText } from './json-text.ts'
import type { Owner } from './steps.ts'

/** Writes where a step of media stands that has sent nothing for it, and what it must know to go on. */
export async function keepStage(db: Database, stepId: string, stage: StepStage, memo: Record<string, unknown>, linkId: string | null): Promise<void> {
  await db.pool.query(
    `UPDATE "Step" SET stage = $2, memo = $3, "linkId" = coalesce($4, "linkId"), "updatedAt" = now() WHERE id = $1 AND state IN ('queued', 'sending', 'sent')`,
    [stepId, stage, toJsonText(memo), linkId],
  )
}

/** Has somebody or something stopped this operation? */
export async function isOperationStopped(db: Database, operationId: string): Promise<boolean> {
  const { rows } = await db.pool.query<{ stopped: boolean }>(`SELECT "stoppedAt" IS NOT NULL AS stopped FROM "Operation" WHERE id = $1`, [operationId])
  return rows[0]?.stopped ?? true
}

/** Keeps what the drives of a node held, while the caller owns it. */
export async function writeMedia(db: Database, owner: Owner, nodeId: string, state: MediaState): Promise<void> {
  await db.pool.query(
    `INSERT INTO "Snapshot" ("nodeId", facet, "takenAt", data)
    SELECT n.id, 'media', $4, $5 FROM "Node" n WHERE n.id = $1 AND n."ownerId" = $2 AND n."ownerEpoch" = $3
    ON CONFLICT ("nodeId", facet) DO UPDATE SET "takenAt" = excluded."takenAt", data = excluded.data`,
    [nodeId, owner.conductorId, owner.epoch, state.takenAt, toJsonText(state)],
  )
}

/** The power of a node as the polls have read it last, with what else that answer said. */
export async function readPolledPower(db: Database, nodeId: string): Promise<{ takenAt: Date; data: unknown } | null> {
  const { rows } = await db.pool.query<{ takenAt: Date; data: unknown }>(`SELECT "takenAt", data FROM "Snapshot" WHERE "nodeId" = $1 AND facet = 'power'`, [nodeId])
  return rows[0] ?? null
}
