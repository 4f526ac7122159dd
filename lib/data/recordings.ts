import type { RecordingAnswer } from '#lib/api/contract.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as db from '#lib/db/recordings-asked.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { recordingKeptHours } from '#lib/domain/recording.ts'
import { demandHeldNode, demandNode } from './one-node.ts'
import { change } from './permission.ts'

const toAnswer = (found: db.RecordingFound | null): RecordingAnswer => ({
  recording: found === null ? null : { ...found, expiresAt: found.finishedAt === null ? null : toExpiry(found.finishedAt) },
})

const toExpiry = (finishedAt: string) => new Date(Date.parse(finishedAt) + recordingKeptHours * 3_600_000).toISOString()

const none = (name: string) => new BaseboardError('no-recording', 404, `there is no recording of ${name}`)

/** Asks the node's conductor to read its whole Redfish tree and to mask it. The intent is in the audit; the conductor adds the outcome. */
export async function startRecording(user: SignedInUser, name: string): Promise<RecordingAnswer> {
  const node = await demandHeldNode(user, 'recordRedfish', { action: 'recording', node: name })
  const { ip, requestId, name: by, kind: byKind } = user
  await change(async (tx) => {
    const isNew = await db.insertRecording(tx, { nodeId: node.id, by, byKind, ip, requestId })
    if (!isNew) throw new BaseboardError('recording-runs', 409, `${name} is being recorded already`)
    await record(tx, user, { action: 'recording', node: name, outcome: 'intent' })
  })
  return toAnswer(await db.findRecording(node.id))
}

export async function readRecording(user: SignedInUser, name: string): Promise<RecordingAnswer> {
  return toAnswer(await db.findRecording((await demandNode(user, 'recordRedfish', { action: 'read', node: name })).id))
}

/** Asks for the end of a running recording; what was read by then is masked and kept. */
export async function stopRecording(user: SignedInUser, name: string): Promise<RecordingAnswer> {
  const node = await demandNode(user, 'recordRedfish', { action: 'recording', node: name, target: 'stop' })
  await change(async (tx) => {
    if (!(await db.askRecordingToStop(tx, node.id))) throw none(name)
    await record(tx, user, { action: 'recording', node: name, target: 'stop', outcome: 'ok' })
  })
  return toAnswer(await db.findRecording(node.id))
}

/** Forgets the recording, also one that runs: its conductor sees that it is gone and ends. */
export async function removeRecording(user: SignedInUser, name: string): Promise<void> {
  const node = await demandNode(user, 'recordRedfish', { action: 'recording', node: name, target: 'remove' })
  await change(async (tx) => {
    if (!(await db.deleteRecording(tx, node.id))) throw none(name)
    await record(tx, user, { action: 'recording', node: name, target: 'remove', outcome: 'ok' })
  })
}

/** The masked tree as gzipped JSON. */
export async function readRecordingFile(user: SignedInUser, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const node = await demandNode(user, 'recordRedfish', { action: 'read', node: name })
  const file = await db.findRecordingFile(node.id)
  if (file === null) throw none(name)
  return file
}
