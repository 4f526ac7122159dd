import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { BmcError } from '#lib/bmc/errors.ts'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import { insertTicket } from '#lib/db/console.ts'
import { insertNode } from '#lib/db/nodes.ts'
import { withDatabase } from '../../tests/database.ts'
import { startConsoles } from './consoles.ts'
import { createFakeBmc, createFakeSocket } from './fake-bmc.ts'

const test = withDatabase()

const addConductor = async (lockKey: bigint): Promise<string> => {
  const id = randomUUID()
  await prisma().conductor.create({ data: { id, lockKey, host: 'here' } })
  return id
}
const addNode = async (name: string, ownerId: string): Promise<string> => {
  const id = randomUUID()
  await prisma().$transaction((tx) => insertNode(tx, { id, name, address: '10.0.0.1', protocol: 'auto', ports: { ipmi: 623 } }))
  await prisma().node.update({ where: { id }, data: { ownerId } })
  return id
}

it('tries again after a host key was trusted what was given up for it, and a refused password never', async () => {
  const ownerId = await addConductor(1n)
  const add = async (name: string) => {
    const id = await addNode(name, ownerId)
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

it('writes down what came of each opening: open, given up, or left before it was open', async () => {
  const ownerId = await addConductor(2n)
  const bmcs = { opens: createFakeBmc(), refuses: createFakeBmc(), silent: createFakeBmc() }
  bmcs.refuses.fail('credentials')
  bmcs.silent.isAnswering = false
  const { id: personId } = await prisma().user.create({ data: { name: 'ada', role: 'operator', passwordHash: 'x' } })
  const { id: sessionId } = await prisma().session.create({ data: { userId: personId, tokenHash: 'x', expiresAt: new Date(Date.now() + 600_000) } })
  const folder = mkdtempSync(join(tmpdir(), 'consoles-'))
  const nodeIds: Record<string, string> = {}
  for (const name of [...Object.keys(bmcs), 'unprepared']) nodeIds[name] = await addNode(name, ownerId)
  const door = (_: string, name: string) => {
    if (name === 'unprepared') throw new Error('no way there')
    return bmcs[name as keyof typeof bmcs]
  }
  const consoles = startConsoles({ db: test.db, keys: undefined as never, folder, conductorId: () => ownerId, complain: () => {}, door })
  const admit = async (node: string) => {
    await prisma().$transaction((tx) => insertTicket(tx, { hash: node, nodeId: nodeIds[node]!, ownerId, personId, personName: 'ada', personKind: 'person', sessionId, mode: 'drive', expiresAt: new Date(Date.now() + 600_000) }))
    return consoles.admit({ node, ticketHash: node, personId, sessionId, ip: null, requestId: null })
  }
  const rows = async (node: string) => (await readAudit({ node, action: 'console-open', limit: 9 })).toReversed().map(({ outcome, detail }) => `${outcome} ${String(detail['via'] ?? detail['error'] ?? detail['mode'])}`)
  try {
    const patience = { timeout: 15_000 }
    const visits = await Promise.all(['opens', 'refuses', 'silent'].map(async (node) => (await admit(node))!.join(null, createFakeSocket().socket)!))
    await expect.poll(() => rows('opens'), patience).toEqual(['intent drive', 'ok sol'])
    await expect.poll(() => rows('refuses'), patience).toEqual(['intent drive', 'failed 10.0.0.7:623: credentials'])
    await expect.poll(() => bmcs.silent.log.length, patience).toBeGreaterThan(1)
    // It may answer yet.
    expect(await rows('silent')).toEqual(['intent drive'])
    for (const visit of visits) visit.leave()
    await expect.poll(() => rows('silent'), patience).toEqual(['intent drive', 'failed 10.0.0.7:623: no answer'])
    await expect(admit('unprepared')).rejects.toThrow('no way there')
    await expect.poll(() => rows('unprepared'), patience).toEqual(['intent drive', 'failed no way there'])
    expect([await rows('opens'), await rows('refuses')].map((one) => one.length)).toEqual([2, 2])
  } finally {
    await consoles.close()
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)
