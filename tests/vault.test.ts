import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { withVaultState } from '#lib/db/vault.ts'
import { readSetting } from '#lib/db/settings.ts'
import { credentialContext } from '#lib/vault/context.ts'
import { toRecord, unlock, VaultRefused, type VaultKeys } from '#lib/vault/keys.ts'
import { openAtRest, openInbox, sealAtRest, SealBroken } from '#lib/vault/open.ts'
import { sealForConductor } from '#lib/vault/seal.ts'
import { withDatabase } from './database.ts'

/** Vault and database together, as the conductor joins them (checklist 41 and 43). */
const test = withDatabase()
let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'vault-'))))
afterAll(() => rmSync(folder, { recursive: true }))

const start = (name: string): Promise<{ keys: VaultKeys }> =>
  withVaultState((state) => {
    const { keys, publish } = unlock(join(folder, name), state)
    return { keys, publish: publish ? toRecord(keys) : null }
  })

const contextOf = (node: { id: string; address: string }) => credentialContext({ nodeId: node.id, address: node.address, ports: { ipmi: 623 } })

async function addNode(name: string, address: string, secret: string) {
  const node = await test.db.prisma.node.create({ data: { name, address, protocol: 'ipmi' } })
  const publicKey = (await readSetting('vault'))!.publicKey
  await test.db.prisma.credentialInbox.createMany({
    data: { nodeId: node.id, username: 'admin', sealed: sealForConductor(publicKey, secret, contextOf(node)) },
  })
  return node
}

it('of conductors that start together one publishes its keys, and the same keys are found again', async () => {
  const [first, again] = await Promise.all([start('a'), start('a')])
  expect(again.keys.kek.equals(first.keys.kek)).toBe(true)
  expect(await readSetting('vault')).toEqual(toRecord(first.keys))
})

it('a password goes from web to the store of the conductor, and two swapped cells open for neither node', async () => {
  const { keys } = await start('a')
  const nodes = [await addNode('n1', '10.0.0.1', 'one'), await addNode('n2', '10.0.0.2', 'two')]
  for (const node of nodes) {
    const message = await test.db.prisma.credentialInbox.findFirstOrThrow({ where: { nodeId: node.id } })
    const sealed = sealAtRest(keys, openInbox(keys, message.sealed, contextOf(node)), contextOf(node))
    await test.db.prisma.credential.create({ data: { nodeId: node.id, username: message.username, sealed } })
  }
  const stored = async (index: number) => (await test.db.prisma.credential.findUniqueOrThrow({ where: { nodeId: nodes[index]!.id } })).sealed
  expect(openAtRest(keys, await stored(1), contextOf(nodes[1]!))).toBe('two')
  await test.db.pool.query(`UPDATE "Credential" a SET sealed = b.sealed FROM "Credential" b WHERE a."nodeId" <> b."nodeId"`)
  for (const index of [0, 1]) {
    const sealed = await stored(index)
    expect(() => openAtRest(keys, sealed, contextOf(nodes[index]!))).toThrow(SealBroken)
  }
})

it('a changed address does not open the password that was given for the old one', async () => {
  const { keys } = await start('a')
  const node = await addNode('n3', '10.0.0.3', 'three')
  const { sealed } = await test.db.prisma.credentialInbox.findFirstOrThrow({ where: { nodeId: node.id } })
  expect(() => openInbox(keys, sealed, contextOf({ ...node, address: '198.51.100.66' }))).toThrow(SealBroken)
})

it('a conductor without the keys, or with others, refuses and changes nothing', async () => {
  const before = await readSetting('vault')
  await expect(start('empty')).rejects.toThrow(VaultRefused)
  unlock(join(folder, 'other'), { record: null, sealedCount: 0 })
  await expect(start('other')).rejects.toThrow(/restore kek\.key and inbox\.key/)
  expect(await readSetting('vault')).toEqual(before)
  expect((await start('a')).keys.kekFingerprint).toBe(before!.kekFingerprint)
})
