import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { RawAsk, RawChangeAsk, RawRequestAnswer } from '#lib/api/contract.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { hiddenValue, type RawAsked } from '#lib/domain/raw.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as db from '#lib/db/raw-asked.ts'
import { invalid } from './address.ts'
import { demandHeldNode } from './one-node.ts'
import { change, demand, refuse } from './permission.ts'

/** Requests of one person that may wait at a time: a page asks one after the other. */
const mayWait = 8
/** How long the question for an answer is held open; then it is asked again. */
const heldForMs = 8_000

async function put(user: SignedInUser, asked: Pick<RawAsked, 'nodeId' | 'method' | 'path' | 'body' | 'ifMatch'>): Promise<RawRequestAnswer> {
  const id = randomUUID()
  const { ip, requestId, sessionId, name: by, id: byId, kind: byKind } = user
  await change(async (tx) => {
    if ((await db.countOpenRaw(tx, byId)) >= mayWait) {
      throw new BaseboardError('too-many-requests', 429, `${mayWait} requests are waiting already: try again when they have been answered`)
    }
    await db.insertRaw(tx, { id, ...asked, by, byId, byKind, sessionId, ip, requestId })
  })
  return { id, method: asked.method, path: asked.path, state: 'queued', answer: null, failure: null, answeredAt: null }
}

/** Asks a node's BMC for one resource, by its conductor. The answer is read with `readRaw`. Reading changes nothing and leaves no row in the audit. */
export async function askRaw(user: SignedInUser, name: string, { path }: RawAsk): Promise<RawRequestAnswer> {
  const node = await demandHeldNode(user, 'readRedfish', { action: 'redfish', node: name, target: `GET ${path}` })
  return put(user, { nodeId: node.id, method: 'GET', path, body: null, ifMatch: null })
}

/** Asks for a change of a node's BMC, once. The conductor writes its intent and its outcome into the audit, or refuses it. */
export async function changeRaw(user: SignedInUser, name: string, { method, path, body, ifMatch }: RawChangeAsk): Promise<RawRequestAnswer> {
  const attempt = { action: 'redfish', node: name, target: `${method} ${path}` }
  const node = await demandHeldNode(user, 'changeRedfish', attempt)
  if (method === 'PATCH' && body === undefined) throw invalid('body', 'a PATCH needs one')
  const text = body === undefined ? null : JSON.stringify(body)
  if (text?.includes(hiddenValue)) throw invalid('body', 'holds a value that was hidden here: it cannot be sent back')
  if (node.protected) await refuse(user, attempt, new BaseboardError('protected', 409, `${name} is protected: an administrator must lift that first`))
  return put(user, { nodeId: node.id, method, path, body: text, ifMatch: ifMatch ?? null })
}

/** A request of this person and its answer. Held until the answer is there, some seconds at most: then it is still on its way. */
export async function readRaw(user: SignedInUser, name: string, id: string): Promise<RawRequestAnswer> {
  await demand(user, 'readRedfish', { action: 'read', node: name })
  const untilMs = performance.now() + heldForMs
  for (let pauseMs = 50; !(await db.isRawDone(id)) && performance.now() < untilMs; pauseMs = Math.min(pauseMs * 1.3, 400)) await delay(pauseMs)
  const found = await db.findRaw(id, user.id, name)
  if (found === null) throw new BaseboardError('unknown-request', 404, `there is no such request to ${name}; answers are kept for ten minutes`)
  const { answer, answerBody, ...rest } = found
  return { ...rest, answer: answer === null ? null : { ...answer, body: answerBody === null ? null : (JSON.parse(answerBody) as unknown) } }
}
