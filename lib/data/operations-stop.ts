import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { record } from '#lib/auth/record.ts'
import type { Transaction } from '#lib/db/client.ts'
import * as db from '#lib/db/operations.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { actionOf } from '#lib/domain/permission.ts'
import { readOperation } from './operations-read.ts'
import { change, demand } from './permission.ts'

type Turn = { action: 'operation-abort' | 'operation-hold' | 'operation-continue'; isDone: (locked: db.LockedOperation) => boolean; write: (tx: Transaction, id: string) => Promise<void> }

/** Whoever may ask for an operation of the kind may stop one, whoever asked for it. */
async function turn(user: SignedInUser, id: string, { action, isDone, write }: Turn): Promise<Operation> {
  await demand(user, 'power', { action, target: id })
  const { kind } = await readOperation(user, id)
  await demand(user, actionOf[kind], { action, target: id })
  await change(async (tx) => {
    const locked = (await db.lockOperation(tx, id))!
    if (isDone(locked)) return
    if (locked.state !== 'running' || locked.stopped) throw new BaseboardError('operation-ended', 409, `operation ${id} has ${locked.stopped ? 'been stopped' : 'ended'} already`)
    await write(tx, id)
    await record(tx, user, { action, outcome: 'ok', target: id, operationId: id, detail: { kind: locked.kind, action: locked.action, by: locked.by, nodes: locked.selection } })
  })
  return readOperation(user, id)
}

/** Nothing more of it begins once this has been answered; what waited ends as aborted, what is on its way is read back. */
export const abortOperation = (user: SignedInUser, id: string) =>
  turn(user, id, { action: 'operation-abort', isDone: ({ stopped }) => stopped, write: (tx) => db.stopOperation(tx, id, 'aborted', user.name) })

/** Nothing more of it begins until it is continued. */
export const holdOperation = (user: SignedInUser, id: string) =>
  turn(user, id, { action: 'operation-hold', isDone: ({ held, state }) => held && state === 'running', write: (tx) => db.holdOperation(tx, id, user.name) })

/** Lets a held operation go on. */
export const continueOperation = (user: SignedInUser, id: string) =>
  turn(user, id, { action: 'operation-continue', isDone: ({ held, state }) => !held && state === 'running', write: (tx) => db.holdOperation(tx, id, null) })
