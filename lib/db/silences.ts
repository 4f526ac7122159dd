import type { Silence } from '#lib/domain/silence.ts'
import { database, prisma, type Database, type Transaction } from './client.ts'

type Row = Omit<Silence, 'createdAt' | 'until'> & { createdAt: Date; until: Date }

const toSilence = (row: Row): Silence => ({ ...row, createdAt: row.createdAt.toISOString(), until: row.until.toISOString() })

/** Silences that are in force, the one that ends first in front. */
export async function listSilences(db: Database = database()): Promise<Silence[]> {
  const rows = await db.prisma.silence.findMany({ where: { until: { gt: new Date() } }, orderBy: [{ until: 'asc' }, { id: 'asc' }] })
  return rows.map(toSilence)
}

export const insertSilence = async (tx: Transaction, silence: { range: string; reason: string; by: string; until: Date }): Promise<Silence> =>
  toSilence(await tx.silence.create({ data: silence }))

export const countSilences = (): Promise<number> => prisma().silence.count({ where: { until: { gt: new Date() } } })

/** Ends a silence that is in force; null when there is none of this id. */
export async function endSilence(tx: Transaction, id: string): Promise<{ range: string; reason: string } | null> {
  const now = new Date()
  const rows = await tx.silence.updateManyAndReturn({ where: { id, until: { gt: now } }, data: { until: now }, select: { range: true, reason: true } })
  return rows[0] ?? null
}
