import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyAudit } from '#lib/db/audit-verify.ts'
import { credentialContext } from '#lib/vault/context.ts'
import { createKeys, type VaultKeys } from '#lib/vault/keys.ts'
import { openInbox } from '#lib/vault/open.ts'
import { withDatabase } from '../tests/database.ts'
import { parseRack, registerRack, type Rack } from './rack.ts'

const test = withDatabase()
let folder: string
let keys: VaultKeys
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rack-'))
  keys = createKeys(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

const rack: Rack = {
  nodes: [
    { name: 'n1', address: '127.0.0.1', ports: { redfish: 4001, ipmi: 4002 }, username: 'admin', password: 'secret' },
    { name: 'n2', address: '127.0.0.1', ports: { ipmi: 4003 }, username: 'admin', password: 'secret' },
  ],
}

const read = (name: string) => test.db.prisma.node.findUniqueOrThrow({ where: { name }, include: { endpoints: true, inbox: { orderBy: { createdAt: 'asc' } }, status: true } })

it('reads the rack from its line and nothing from another', () => {
  expect(parseRack(JSON.stringify({ nodes: rack.nodes.map((node) => ({ ...node, persona: 'hot', protocol: 'ipmi' })) }))).toEqual(rack)
  for (const line of ['ready', '{}', '{"nodes":[{}]}', '']) expect(parseRack(line)).toBeNull()
})

it('adds nodes as web would: probing, with a password that only the conductor opens, in the audit', async () => {
  expect(await registerRack(test.db, rack, keys.publicKey)).toEqual([])
  const node = await read('n1')
  expect(node).toMatchObject({ protocol: 'auto', address: '127.0.0.1', status: { bmcState: 'probing' } })
  expect(node.endpoints.map(({ protocol, port }) => [protocol, port]).sort()).toEqual([['ipmi', 4002], ['redfish', 4001]])
  const context = credentialContext({ nodeId: node.id, address: node.address, ports: rack.nodes[0]!.ports })
  expect(openInbox(keys, node.inbox[0]!.sealed, context)).toBe('secret')
  expect((await read('n2')).protocol).toBe('ipmi')
  expect(await verifyAudit(test.db)).toMatchObject({ fine: true, rows: 2 })
})

it('leaves a node that has not moved, and forgets the certificate of the simulator before', async () => {
  await test.db.prisma.node.update({ where: { name: 'n1' }, data: { pin: 'a' } })
  await registerRack(test.db, rack, keys.publicKey)
  const node = await read('n1')
  expect(node.inbox).toHaveLength(1)
  expect(node.pin).toBeNull()
  expect(await verifyAudit(test.db)).toMatchObject({ rows: 2 })
})

it('follows a node to its new port with a password sealed to it', async () => {
  const moved = { nodes: [{ ...rack.nodes[0]!, ports: { redfish: 5001, ipmi: 4002 } }] }
  await registerRack(test.db, moved, keys.publicKey)
  const node = await read('n1')
  expect(node.inbox).toHaveLength(2)
  expect(openInbox(keys, node.inbox[1]!.sealed, credentialContext({ nodeId: node.id, address: node.address, ports: { redfish: 5001, ipmi: 4002 } }))).toBe('secret')
})

it('never points a real node at the simulator', async () => {
  await test.db.prisma.node.update({ where: { name: 'n2' }, data: { attributes: {}, address: '10.4.0.2' } })
  expect(await registerRack(test.db, rack, keys.publicKey)).toEqual(['n2'])
  expect((await read('n2')).address).toBe('10.4.0.2')
})
