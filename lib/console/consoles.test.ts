import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { BmcError } from '#lib/bmc/errors.ts'
import { prisma } from '#lib/db/client.ts'
import { insertNode } from '#lib/db/nodes.ts'
import { withDatabase } from '../../tests/database.ts'
import { startConsoles } from './consoles.ts'

const test = withDatabase()

it('tries again after a host key was trusted what was given up for it, and a refused password never', async () => {
  const ownerId = randomUUID()
  await prisma().conductor.create({ data: { id: ownerId, lockKey: 1n, host: 'here' } })
  const add = async (name: string) => {
    const id = randomUUID()
    await prisma().$transaction((tx) => insertNode(tx, { id, name, address: '10.0.0.1', protocol: 'auto', ports: { ipmi: 623 } }))
    await prisma().node.update({ where: { id }, data: { ownerId } })
    await prisma().consoleSetting.create({ data: { nodeId: id, capture: 'always' } })
    return id
  }
  const refused = await add('n1')
  const mistrusted = await add('n2')
  const key = (letter: string) => `ssh-ed25519 SHA256:${letter.repeat(43)}`
  const trust = async (nodeId: string, letter: string) => {
    const trusted = { key: key(letter), pinnedAt: new Date() }
    await prisma().sshHostKey.upsert({ where: { nodeId }, create: { nodeId, ...trusted }, update: trusted })
  }
  const opened: string[] = []
  const times = (nodeId: string) => opened.filter((one) => one === nodeId).length
  const folder = mkdtempSync(join(tmpdir(), 'consoles-'))
  const consoles = startConsoles({
    db: test.db,
    keys: undefined as never,
    folder,
    conductorId: () => ownerId,
    complain: () => {},
    door: (nodeId) => ({
      async open() {
        opened.push(nodeId)
        throw new BmcError(nodeId === refused ? 'credentials' : 'host-key', '10.0.0.1', 'refused')
      },
      answers: async () => true,
    }),
  })
  try {
    const patience = { timeout: 15_000 }
    await expect.poll(() => [times(refused), times(mistrusted)], patience).toEqual([1, 1])
    // Each look at the database takes both; after the second both have been gone over.
    for (const [at, letter] of ['A', 'B'].entries()) {
      await trust(refused, letter)
      await trust(mistrusted, letter)
      await expect.poll(() => times(mistrusted), patience).toBe(at + 2)
    }
    expect(times(refused)).toBe(1)
  } finally {
    await consoles.close()
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)
