import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { withDatabase } from '../../tests/database.ts'
import { operate } from '../../tests/conductor-rig.ts'
import { prisma } from './client.ts'
import { keepStage } from './media-steps.ts'
import { insertNode } from './nodes.ts'
import { listStepsOf } from './operations-read.ts'
import { listReleasable, releaseSteps } from './release.ts'
import { writeSetting } from './settings.ts'

const test = withDatabase()
const names = Array.from({ length: 6 }, (_, i) => `n${i + 1}`)

beforeAll(async () => {
  for (const name of names) {
    await prisma().$transaction((tx) => insertNode(tx, { id: randomUUID(), name, address: '127.0.0.1', protocol: 'auto', ports: {} }))
  }
  await writeSetting('installsAtOnce', 3)
})

async function release(): Promise<number> {
  for (const id of await listReleasable(test.db)) await releaseSteps(test.db, id)
  return prisma().step.count({ where: { releasedAt: { not: null }, endedAt: null } })
}

async function end(count: number): Promise<void> {
  const running = await prisma().step.findMany({ where: { releasedAt: { not: null }, endedAt: null }, take: count, orderBy: { id: 'asc' } })
  await prisma().step.updateMany({ where: { id: { in: running.map(({ id }) => id) } }, data: { state: 'verified', endedAt: new Date() } })
}

const install = (nodes: readonly string[], changes: Parameters<typeof operate>[2] = {}) => operate('InstallImage', nodes, { options: { image: 'x.iso', imageId: randomUUID() }, ...changes })

describe('installs of a site', () => {
  it('are so many at once whatever the number of operations, and the next begins when one ends', async () => {
    const first = await install(names.slice(0, 4))
    const second = await install(names.slice(4))
    expect(await release()).toBe(3)
    await end(1)
    expect(await release()).toBe(3)
    await end(2)
    expect(await release()).toBe(3)
    await end(3)
    expect(await release()).toBe(0)
    for (const id of [first, second]) expect((await listStepsOf(id, { order: 'position', limit: 10 })).steps.every(({ state }) => state === 'verified')).toBe(true)
    await prisma().operation.updateMany({ data: { state: 'succeeded' } })
  })

  it('hold up nothing else while they only watch what is read', async () => {
    const id = await install(names.slice(0, 1))
    expect(await release()).toBe(1)
    await operate('ForceOff', names.slice(0, 1))
    expect(await release()).toBe(1)
    const { id: stepId } = (await prisma().step.findFirst({ where: { operationId: id } }))!
    await keepStage(test.db, stepId, 'reading', {}, null)
    expect(await release()).toBe(2)
    const { steps } = await listStepsOf(id, { order: 'position', limit: 10 })
    expect(steps[0]).toMatchObject({ stage: 'reading' })
  })

  it('of other kinds do not count', async () => {
    await prisma().step.updateMany({ data: { state: 'verified', endedAt: new Date() } })
    await prisma().operation.updateMany({ data: { state: 'succeeded' } })
    await operate('EjectMedia', names)
    expect(await release()).toBe(6)
  })
})
