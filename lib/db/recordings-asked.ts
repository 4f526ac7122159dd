import { rawFailure, type RawFailure } from '#lib/domain/raw.ts'
import { recordingProgress, recordingSummary, type RecordingProgress, type RecordingSummary } from '#lib/domain/recording.ts'
import { prisma, type Transaction } from './client.ts'

/** web's side of a recording: it asks, looks how far it is, and hands out the file. */
export type RecordingAsked = { nodeId: string; by: string; byKind: 'person' | 'token'; ip: string | null; requestId: string | null }

/** Asks for a recording in place of a finished one; false while one is under way. */
export async function insertRecording(tx: Transaction, asked: RecordingAsked): Promise<boolean> {
  await tx.recording.deleteMany({ where: { nodeId: asked.nodeId, state: 'done' } })
  const { count } = await tx.recording.createMany({ data: [asked], skipDuplicates: true })
  return count === 1
}

export const askRecordingToStop = async (tx: Transaction, nodeId: string): Promise<boolean> =>
  (await tx.recording.updateMany({ where: { nodeId, state: { not: 'done' } }, data: { stopAsked: true } })).count === 1

export const deleteRecording = async (tx: Transaction, nodeId: string): Promise<boolean> => (await tx.recording.deleteMany({ where: { nodeId } })).count === 1

export type RecordingFound = {
  state: 'queued' | 'running' | 'done'
  by: string
  askedAt: string
  isStopping: boolean
  progress: RecordingProgress | null
  summary: RecordingSummary | null
  failure: RawFailure | null
  finishedAt: string | null
}

const head = { state: true, by: true, createdAt: true, stopAsked: true, progress: true, summary: true, failure: true, finishedAt: true } as const

/** All but the file. */
export async function findRecording(nodeId: string): Promise<RecordingFound | null> {
  const row = await prisma().recording.findUnique({ where: { nodeId }, select: head })
  if (row === null) return null
  const { state, by, createdAt, stopAsked, progress, summary, failure, finishedAt } = row
  return {
    state: state as RecordingFound['state'],
    by,
    askedAt: createdAt.toISOString(),
    isStopping: stopAsked,
    progress: progress === null ? null : recordingProgress.parse(progress),
    summary: summary === null ? null : recordingSummary.parse(summary),
    failure: failure === null ? null : rawFailure.parse(failure),
    finishedAt: finishedAt?.toISOString() ?? null,
  }
}

export async function findRecordingFile(nodeId: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const row = await prisma().recording.findUnique({ where: { nodeId }, select: { file: true } })
  return row?.file ?? null
}
