import type { ScheduleProblem, ScheduleWhen } from '#lib/domain/schedule.ts'
import { prisma, type Transaction } from './client.ts'

export type ScheduleRow = {
  id: string
  name: string
  enabled: boolean
  when: ScheduleWhen
  /** As it was stored; the contract of the API reads it. */
  request: unknown
  by: string
  byId: string
  byKind: 'person' | 'token'
  createdAt: Date
  nextAt: Date | null
  lastAt: Date | null
  lastOperationId: string | null
  lastProblem: ScheduleProblem | null
}

type Stored = Awaited<ReturnType<Transaction['schedule']['findMany']>>[number]

const toRow = ({ once, cron, timeZone, byKind, lastProblem, ...row }: Stored): ScheduleRow => ({
  ...row,
  when: once === null ? { cron: cron ?? '', timeZone: timeZone ?? 'UTC' } : { once: once.toISOString() },
  byKind: byKind as ScheduleRow['byKind'],
  lastProblem: lastProblem as ScheduleProblem | null,
})

const toColumns = (when: ScheduleWhen) =>
  'once' in when ? { once: new Date(when.once), cron: null, timeZone: null } : { once: null, cron: when.cron, timeZone: when.timeZone }

export async function listSchedules(): Promise<ScheduleRow[]> {
  return (await prisma().schedule.findMany({ orderBy: { name: 'asc' } })).map(toRow)
}

/** Those whose time has come, the longest overdue first. */
export async function listDueSchedules(now: Date): Promise<ScheduleRow[]> {
  return (await prisma().schedule.findMany({ where: { nextAt: { lte: now } }, orderBy: { nextAt: 'asc' }, take: 100 })).map(toRow)
}

/** One, locked for a change. */
export async function lockSchedule(tx: Transaction, id: string): Promise<ScheduleRow | null> {
  await tx.$queryRaw`SELECT 1 FROM "Schedule" WHERE "id" = ${id}::uuid FOR UPDATE`
  const row = await tx.schedule.findUnique({ where: { id } })
  return row === null ? null : toRow(row)
}

export type NewSchedule = Pick<ScheduleRow, 'name' | 'enabled' | 'when' | 'by' | 'byId' | 'byKind' | 'nextAt'> & { request: object }

/** Adds one; null when the name is taken. */
export async function insertSchedule(tx: Transaction, { when, ...rest }: NewSchedule): Promise<string | null> {
  const rows = await tx.schedule.createManyAndReturn({ data: [{ ...rest, ...toColumns(when) }], skipDuplicates: true, select: { id: true } })
  return rows[0]?.id ?? null
}

export async function updateSchedule(tx: Transaction, id: string, { when, ...rest }: Partial<NewSchedule>): Promise<void> {
  await tx.schedule.update({ where: { id }, data: { ...rest, ...(when === undefined ? {} : toColumns(when)) } })
}

export async function deleteSchedule(tx: Transaction, id: string): Promise<void> {
  await tx.schedule.deleteMany({ where: { id } })
}

export type Turn = { nextAt: Date | null; enabled: boolean; lastOperationId: string | null; lastProblem: ScheduleProblem | null }

/** Writes what became of the time `dueAt`, and when it is due next. False when another process has done so, or a person changed it meanwhile. */
export async function turnSchedule(tx: Transaction, id: string, dueAt: Date, { lastProblem, ...turn }: Turn): Promise<boolean> {
  const problem = lastProblem === null ? null : JSON.stringify(lastProblem)
  const count = await tx.$executeRaw`UPDATE "Schedule" SET "nextAt" = ${turn.nextAt}, "enabled" = ${turn.enabled}, "lastAt" = ${dueAt},
      "lastOperationId" = ${turn.lastOperationId}::uuid, "lastProblem" = ${problem}::jsonb
    WHERE "id" = ${id}::uuid AND "nextAt" = ${dueAt}`
  return count === 1
}
