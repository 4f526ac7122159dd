import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { prisma } from '#lib/db/client.ts'
import { insertNode, putCredential } from '#lib/db/nodes.ts'
import { putKg } from '#lib/db/nodes-write.ts'
import type { FailureResult } from '#lib/db/snapshots.ts'
import { credentialContext, kgContext } from '#lib/vault/context.ts'
import { createKeys } from '#lib/vault/keys.ts'
import { sealForConductor } from '#lib/vault/seal.ts'
import { withDatabase } from '../../tests/database.ts'
import { takeInbox } from './inbox.ts'
import type { World } from './world.ts'

const test = withDatabase()
const folder = mkdtempSync(join(tmpdir(), 'inbox-'))
const keys = createKeys(join(folder, 'conductor'))
const conductorId = randomUUID()
const complaints: string[] = []
const failures: FailureResult[] = []
const take = () => takeInbox({ db: test.db, conductorId, keys, complain: (text) => complaints.push(text), results: { failure: (result: FailureResult) => failures.push(result) } as unknown as World['results'] })

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function addNode(name: string) {
  const node = { nodeId: randomUUID(), address: '10.0.0.1', ports: { ipmi: 623 } }
  await prisma().$transaction((tx) => insertNode(tx, { id: node.nodeId, name, address: node.address, protocol: 'ipmi', ports: node.ports }))
  await prisma().node.update({ where: { id: node.nodeId }, data: { ownerId: conductorId } })
  return node
}
const sendKg = (node: Awaited<ReturnType<typeof addNode>>, kg: string) => prisma().$transaction((tx) => putKg(tx, { nodeId: node.nodeId, sealed: sealForConductor(keys.publicKey, kg, kgContext(node)) }))
const sendPassword = (node: Awaited<ReturnType<typeof addNode>>, address = node.address) =>
  prisma().$transaction((tx) => putCredential(tx, { nodeId: node.nodeId, username: 'admin', sealed: sealForConductor(keys.publicKey, 'secret', credentialContext({ ...node, address })) }))

it('keeps a key K_G beside a password that came with it, and says so where there is none', async () => {
  const whole = await addNode('whole')
  await sendKg(whole, '0123')
  await sendPassword(whole)
  const bare = await addNode('bare')
  await sendKg(bare, '0123')
  await sendKg(await addNode('cleared'), '')
  await take()
  expect((await prisma().credential.findUniqueOrThrow({ where: { nodeId: whole.nodeId } })).kgAt).not.toBeNull()
  expect(complaints).toEqual(['10.0.0.1:623: the key K_G of bare was not kept, because no password is stored; enter both'])
  expect(failures).toMatchObject([{ nodeId: bare.nodeId, failure: { kind: 'no-credential', text: complaints[0] } }])
  expect(await prisma().credentialInbox.count()).toBe(0)
})

it('throws away what was sealed for another address', async () => {
  complaints.length = 0
  const node = await addNode('moved')
  await sendPassword(node, '10.6.6.6')
  await take()
  expect(complaints).toEqual(['10.0.0.1:623: the password of moved was not sealed for this address; enter it again'])
  expect(await prisma().credential.count({ where: { nodeId: node.nodeId } })).toBe(0)
  expect(await prisma().credentialInbox.count()).toBe(0)
})
