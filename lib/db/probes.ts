import type { ProbeResult, ProtocolChoice } from '#lib/domain/bmc.ts'
import type { Database } from './client.ts'

/** A question of a person, taken by one conductor. `sealed` is null for a probe of a node, whose stored password is used. */
export type ProbeWork = {
  id: string
  nodeId: string | null
  address: string
  protocol: ProtocolChoice
  ports: Partial<Record<'redfish' | 'ipmi' | 'ssh', number>>
  username: string
  sealed: Uint8Array | null
}

/** Takes up to `limit` questions that nobody has, of a node only its owner; what another conductor is taking is passed over. */
export async function takeProbes(db: Database, conductorId: string, limit: number): Promise<ProbeWork[]> {
  const { rows } = await db.pool.query<ProbeWork>(
    `UPDATE "Probe" p SET state = 'running' FROM (
      SELECT id FROM "Probe" q WHERE state = 'queued'
        AND (q."nodeId" IS NULL OR EXISTS (SELECT 1 FROM "Node" n WHERE n.id = q."nodeId" AND n."ownerId" = $2))
      ORDER BY "createdAt" LIMIT $1 FOR UPDATE SKIP LOCKED) q
    WHERE p.id = q.id RETURNING p.id, p."nodeId", p.address, p.protocol, p.ports, p.username, p.sealed`,
    [limit, conductorId],
  )
  return rows
}

/** Writes the answer; the sealed password is gone with it. */
export async function answerProbe(db: Database, id: string, result: ProbeResult): Promise<void> {
  await db.pool.query(`UPDATE "Probe" SET state = 'done', result = $2, sealed = NULL, "finishedAt" = now() WHERE id = $1`, [id, JSON.stringify(result)])
}

/** Questions whose conductor died over them, or that nobody took, with the time that a person waits long over. Gives their ids. */
export async function listForgottenProbes(db: Database, olderThanSeconds: number): Promise<Pick<ProbeWork, 'id' | 'address'>[]> {
  const { rows } = await db.pool.query<Pick<ProbeWork, 'id' | 'address'>>(
    `SELECT id, address FROM "Probe" WHERE state <> 'done' AND "createdAt" < now() - make_interval(secs => $1)`,
    [olderThanSeconds],
  )
  return rows
}
