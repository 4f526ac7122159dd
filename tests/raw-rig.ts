import { randomUUID } from 'node:crypto'
import { prisma } from '#lib/db/client.ts'
import { findRaw, insertRaw, type RawFound } from '#lib/db/raw-asked.ts'
import type { RawAsked } from '#lib/domain/raw.ts'
import { until } from './conductor-rig.ts'

/** Those who ask by hand in these tests: the ids of a token of each role. */
export async function addAskers(): Promise<{ admin: string; operator: string }> {
  const token = async (name: string) => (await prisma().apiToken.create({ data: { name, role: name, tokenHash: name } })).id
  return { admin: await token('admin'), operator: await token('operator') }
}

/** Asks a node by hand, as web does, and waits for the answer. */
export async function askRaw(node: string, asked: Pick<RawAsked, 'method' | 'path'> & Partial<RawAsked>, byId: string, ms = 15_000): Promise<RawFound> {
  const { id: nodeId } = await prisma().node.findUniqueOrThrow({ where: { name: node }, select: { id: true } })
  const whole: RawAsked = { id: randomUUID(), nodeId, body: null, ifMatch: null, by: 'ada', byId, byKind: 'token', sessionId: null, ip: null, requestId: null, ...asked }
  await prisma().$transaction((tx) => insertRaw(tx, whole))
  return until(async () => {
    const found = await findRaw(whole.id, byId, node)
    return found?.state === 'done' ? found : null
  }, ms, `an answer to ${whole.method} ${whole.path} of ${node}`)
}
