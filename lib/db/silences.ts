import type { Silence } from '#lib/domain/silence.ts'
import { database, prisma, type Database, type Transaction } from './client.ts'

/** Silences that are in force, the one that ends first in front. */
export async function listSilences(db: Database = database()): Promise<Silence[]> {
  const rows = await db.prisma.silence.findMany({ where: { until: { gt: new Date() } }, orderBy: [{ until: 'asc' }, { id: 'asc' }] })
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString(), until: row.until.toISOString() }))
}

export async function insertSilence(tx: Transaction, silence: { range: string; reason: string; by: string; until: Date }): Promise<string> {
  return (await tx.silence.create({ data: silence, select: { id: true } })).id
}

export const countSilences = (): Promise<number> => prisma().silence.count({ where: { until: { gt: new Date() } } })

/** Ends a silence that is in force; null when there is none of this id. */
export async function endSilence(tx: Transaction, id: string): Promise<{ range: string; reason: string } | null> {
  const row = await tx.silence.findFirst({ where: { id, until: { gt: new Date() } }, select: { range: true, reason: true } })
  if (row !== null) await tx.silence.updateMany({ where: { id }, data: { until: new Date() } })
  return row
}
