import type { Maintenance } from '#lib/domain/silence.ts'
import type { Transaction } from './client.ts'

export type MaintainedNode = { id: string; name: string; groups: string[]; maintenance: Maintenance | null }

/** Locks those of these nodes that are there, always in one order. */
export const lockMaintained = (tx: Transaction, names: readonly string[]) => tx.$queryRaw<MaintainedNode[]>`
  SELECT id::text, name, groups, maintenance FROM "Node" WHERE name = ANY(${names}) ORDER BY id FOR UPDATE`

/** Notes that somebody works at these nodes; null: nobody does any more. */
export async function setMaintenance(tx: Transaction, ids: readonly string[], maintenance: Maintenance | null): Promise<void> {
  const text = maintenance === null ? null : JSON.stringify(maintenance)
  await tx.$executeRaw`UPDATE "Node" SET maintenance = ${text}::jsonb, "updatedAt" = now() WHERE id = ANY(${ids}::uuid[])`
}
