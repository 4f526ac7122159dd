import { randomUUID } from 'node:crypto'
import type { ReceiverCreate, ReceiverPatch } from '#lib/api/alerts-contract.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as db from '#lib/db/receivers.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import type { Receiver } from '#lib/domain/receiver.ts'
import { change, demand } from './permission.ts'
import { sealReceiverSecret, toChangedDoor, toDoor, type Door } from './receiver-secret.ts'

const mostReceivers = 50

const unknownReceiver = (id: string) => new BaseboardError('unknown-receiver', 404, `there is no receiver ${id}`)
const nameTaken = (name: string) => new BaseboardError('name-taken', 409, `name: there is a receiver ${name} already`)

/** Every receiver, by name, with how the last deliveries went. */
export async function listReceivers(user: SignedInUser): Promise<Receiver[]> {
  await demand(user, 'manageAlerts')
  return db.listReceivers()
}

async function readReceiver(id: string): Promise<Receiver> {
  const receiver = (await db.listReceivers()).find((one) => one.id === id)
  if (receiver === undefined) throw unknownReceiver(id)
  return receiver
}

/** What the audit keeps: never an address, a secret or a password. */
const toDetail = ({ secret, ...shown }: Door): Record<string, unknown> => ({ ...shown, ...(secret === null ? {} : { secret: 'new' }) })

/** Adds a receiver. `site` is where its messages lead when the request does not say. */
export async function createReceiver(user: SignedInUser, request: ReceiverCreate, site: string): Promise<Receiver> {
  const attempt = { action: 'receiver-create', target: request.name }
  await demand(user, 'manageAlerts', attempt)
  const door = toDoor(request)
  const id = randomUUID()
  const sealed = await sealReceiverSecret(id, door)
  const head = { name: request.name, language: request.language, site: request.site ?? site }
  const { secret: _, ...shown } = door
  await change(async (tx) => {
    if ((await db.countReceivers(tx)) >= mostReceivers) throw new BaseboardError('too-many', 422, `there are ${mostReceivers} receivers already`)
    if (!(await db.insertReceiver(tx, { id, ...head, ...shown }))) throw nameTaken(request.name)
    await db.putReceiverSecret(tx, id, sealed)
    await record(tx, user, { ...attempt, outcome: 'ok', detail: { ...head, ...toDetail(door) } })
  })
  return readReceiver(id)
}

/** Changes a receiver: what is not named stays. */
export async function changeReceiver(user: SignedInUser, id: string, patch: ReceiverPatch): Promise<Receiver> {
  await demand(user, 'manageAlerts', { action: 'receiver-change', target: id })
  await change(async (tx) => {
    const before = await db.lockReceiver(tx, id)
    if (before === null) throw unknownReceiver(id)
    if (patch.name !== undefined && patch.name !== before.name && (await db.isReceiverName(tx, patch.name))) throw nameTaken(patch.name)
    const door = toChangedDoor(before, patch)
    const { name, language, site } = patch
    const { host, isPlain, isSigned, mail } = door
    await db.updateReceiver(tx, id, { name, language, site, host, isPlain, isSigned, mail })
    if (door.secret !== null) await db.putReceiverSecret(tx, id, await sealReceiverSecret(id, door))
    await record(tx, user, { action: 'receiver-change', outcome: 'ok', target: before.name, detail: { name, language, site, ...toDetail(door) } })
  })
  return readReceiver(id)
}

/** Removes a receiver with its secrets and what waits for it. */
export async function removeReceiver(user: SignedInUser, id: string): Promise<void> {
  await demand(user, 'manageAlerts', { action: 'receiver-remove', target: id })
  await change(async (tx) => {
    const receiver = await db.lockReceiver(tx, id)
    if (receiver === null) throw unknownReceiver(id)
    await db.deleteReceiver(tx, id)
    await record(tx, user, { action: 'receiver-remove', outcome: 'ok', target: receiver.name, detail: { kind: receiver.kind, host: receiver.host } })
  })
}

/** Sends a test message, once. How it went stands at the receiver. Throws `test-waits` (409) while one is on its way. */
export async function testReceiver(user: SignedInUser, id: string): Promise<{ id: string }> {
  await demand(user, 'manageAlerts', { action: 'receiver-test', target: id })
  return change(async (tx) => {
    const receiver = await db.lockReceiver(tx, id)
    if (receiver === null) throw unknownReceiver(id)
    const message = await db.insertTest(tx, id)
    if (message === null) throw new BaseboardError('test-waits', 409, `a test message to ${receiver.name} is on its way already`)
    await record(tx, user, { action: 'receiver-test', outcome: 'ok', target: receiver.name })
    return { id: message }
  })
}
