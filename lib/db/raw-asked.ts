import { rawAnswer, rawFailure, type RawAnswer, type RawAsked, type RawFailure, type RawMethod } from '#lib/domain/raw.ts'
import { prisma, type Transaction } from './client.ts'

/** web's side of a request by hand: it asks, and reads the answer. The body of a change is written here and never read. */
export async function insertRaw(tx: Transaction, asked: RawAsked): Promise<void> {
  await tx.rawRequest.createMany({ data: [asked] })
}

/** How many requests of one person wait for their answer. */
export const countOpenRaw = (tx: Transaction, byId: string): Promise<number> => tx.rawRequest.count({ where: { byId, state: { not: 'done' } } })

export type RawFound = {
  id: string
  method: RawMethod
  path: string
  state: 'queued' | 'running' | 'sending' | 'done'
  answer: RawAnswer | null
  /** JSON as text. */
  answerBody: string | null
  failure: RawFailure | null
  answeredAt: string | null
}

/** The state alone, for whoever waits. */
export async function isRawDone(id: string): Promise<boolean> {
  const row = await prisma().rawRequest.findUnique({ where: { id }, select: { state: true } })
  return row === null || row.state === 'done'
}

/** A request of this person to this node; null when there is none (any more). */
export async function findRaw(id: string, byId: string, node: string): Promise<RawFound | null> {
  const select = { id: true, method: true, path: true, state: true, answer: true, answerBody: true, failure: true, finishedAt: true } as const
  const row = await prisma().rawRequest.findFirst({ where: { id, byId, node: { name: node } }, select })
  if (row === null) return null
  const { finishedAt, ...rest } = row
  return {
    ...rest,
    method: row.method as RawMethod,
    state: row.state as RawFound['state'],
    answer: row.answer === null ? null : rawAnswer.parse(row.answer),
    failure: row.failure === null ? null : rawFailure.parse(row.failure),
    answeredAt: finishedAt?.toISOString() ?? null,
  }
}
