import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { IpmiAsk, IpmiRequestAnswer, RawAsk, RawChangeAsk, RawRequestAnswer, SetupRequestAnswer } from '#lib/api/contract.ts'
import { bmcSetup, type BmcSetting } from '#lib/domain/bmc-setup.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { hiddenValue, toBytesText, type RawAsked } from '#lib/domain/raw.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as db from '#lib/db/raw-asked.ts'
import { invalid } from './address.ts'
import { demandHeldNode } from './one-node.ts'
import { change, demand, demandUnprotected } from './permission.ts'

/** Requests of one person that may wait at a time: a page asks one after the other. */
const mayWait = 8
/** How long the question for an answer is held open; then it is asked again. */
const heldForMs = 8_000

async function put(user: SignedInUser, asked: Pick<RawAsked, 'nodeId' | 'method' | 'path' | 'body' | 'ifMatch'>): Promise<string> {
  const id = randomUUID()
  const { ip, requestId, sessionId, name: by, id: byId, kind: byKind } = user
  await change(async (tx) => {
    if ((await db.countOpenRaw(tx, byId)) >= mayWait) {
      throw new BaseboardError('too-many-requests', 429, `${mayWait} requests are waiting already: try again when they have been answered`)
    }
    await db.insertRaw(tx, { id, ...asked, by, byId, byKind, sessionId, ip, requestId })
  })
  return id
}

const queued = { state: 'queued', answer: null, failure: null, answeredAt: null } as const

/** Asks a node's BMC for one resource, by its conductor. The answer is read with `readRaw`. Reading changes nothing and leaves no row in the audit. */
export async function askRaw(user: SignedInUser, name: string, { path }: RawAsk): Promise<RawRequestAnswer> {
  const node = await demandHeldNode(user, 'readRedfish', { action: 'redfish', node: name, target: `GET ${path}` })
  return { id: await put(user, { nodeId: node.id, method: 'GET', path, body: null, ifMatch: null }), method: 'GET', path, ...queued }
}

/** Asks for a change of a node's BMC, once. The conductor writes its intent and its outcome into the audit, or refuses it. */
export async function changeRaw(user: SignedInUser, name: string, { method, path, body, ifMatch }: RawChangeAsk): Promise<RawRequestAnswer> {
  const attempt = { action: 'redfish', node: name, target: `${method} ${path}` }
  const node = await demandHeldNode(user, 'changeRedfish', attempt)
  if (method === 'PATCH' && body === undefined) throw invalid('body', 'a PATCH needs one')
  const text = body === undefined ? null : JSON.stringify(body)
  if (text?.includes(hiddenValue)) throw invalid('body', 'holds a value that was hidden here: it cannot be sent back')
  await demandUnprotected(user, attempt, [node])
  return { id: await put(user, { nodeId: node.id, method, path, body: text, ifMatch: ifMatch ?? null }), method, path, ...queued }
}

/** Asks for one IPMI command by its bytes, sent once. The conductor writes its intent and its outcome into the audit, or refuses it. */
export async function sendIpmi(user: SignedInUser, name: string, { netFn, cmd, data }: IpmiAsk): Promise<IpmiRequestAnswer> {
  const command = toBytesText([netFn, cmd])
  const attempt = { action: 'ipmi', node: name, target: `IPMI ${command}` }
  const node = await demandHeldNode(user, 'sendIpmi', attempt)
  await demandUnprotected(user, attempt, [node])
  const id = await put(user, { nodeId: node.id, method: 'IPMI', path: command, body: toBytesText(data), ifMatch: null })
  return { id, command, ...queued }
}

/** A request of this person and its answer. Held until the answer is there, some seconds at most: then it is still on its way. */
async function find(user: SignedInUser, name: string, id: string): Promise<db.RawFound> {
  const untilMs = performance.now() + heldForMs
  for (let pauseMs = 50; !(await db.isRawDone(id)) && performance.now() < untilMs; pauseMs = Math.min(pauseMs * 1.3, 400)) await delay(pauseMs)
  const found = await db.findRaw(id, user.id, name)
  if (found === null) throw unknownRequest(name)
  return found
}

export async function readRaw(user: SignedInUser, name: string, id: string): Promise<RawRequestAnswer> {
  await demand(user, 'readRedfish', { action: 'read', node: name })
  const { answer, answerBody, method, ...rest } = await find(user, name, id)
  if (method === 'IPMI' || method === 'SETUP' || method === 'SET') throw unknownRequest(name)
  return { ...rest, method, answer: answer === null ? null : { ...answer, body: answerBody === null ? null : (JSON.parse(answerBody) as unknown) } }
}

const unknownRequest = (name: string) => new BaseboardError('unknown-request', 404, `there is no such request to ${name}; answers are kept for ten minutes`)

export async function readIpmi(user: SignedInUser, name: string, id: string): Promise<IpmiRequestAnswer> {
  await demand(user, 'sendIpmi', { action: 'read', node: name })
  const { answer, answerBody, method, path, ...rest } = await find(user, name, id)
  if (method !== 'IPMI') throw unknownRequest(name)
  if (answer === null) return { ...rest, command: path, answer }
  const { status, messages, elapsedMs } = answer
  return { ...rest, command: path, answer: { completionCode: status, meaning: messages[0] ?? null, data: String(JSON.parse(answerBody ?? '""')), elapsedMs } }
}

const queuedSetup = { state: 'queued', setup: null, failure: null, answeredAt: null } as const

/** Asks how a node's BMC itself is set up. Reading changes nothing and leaves no row in the audit. */
export async function askSetup(user: SignedInUser, name: string): Promise<SetupRequestAnswer> {
  const node = await demandHeldNode(user, 'readSetup', { action: 'bmc-setup', node: name })
  return { id: await put(user, { nodeId: node.id, method: 'SETUP', path: '', body: null, ifMatch: null }), ...queuedSetup }
}

/** Asks for one setting of a node's BMC, once. The conductor writes its intent and its outcome into the audit, and reads it back. */
export async function changeSetup(user: SignedInUser, name: string, setting: BmcSetting): Promise<SetupRequestAnswer> {
  const attempt = { action: 'bmc-setup', node: name, target: `SET ${setting.what}` }
  const node = await demandHeldNode(user, 'changeSetup', attempt)
  await demandUnprotected(user, attempt, [node])
  return { id: await put(user, { nodeId: node.id, method: 'SET', path: setting.what, body: JSON.stringify(setting), ifMatch: null }), ...queuedSetup }
}

export async function readSetup(user: SignedInUser, name: string, id: string): Promise<SetupRequestAnswer> {
  await demand(user, 'readSetup', { action: 'read', node: name })
  const { answer, answerBody, method, state, failure, answeredAt } = await find(user, name, id)
  if (method !== 'SETUP' && method !== 'SET') throw unknownRequest(name)
  return { id, state, setup: answer === null || answerBody === null ? null : bmcSetup.parse(JSON.parse(answerBody)), failure, answeredAt }
}
