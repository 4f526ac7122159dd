import { afterAll, afterEach, expect, it } from 'vitest'
import { runDueDeeds } from '#lib/data/budget-runner.ts'
import { armBudget, insertBudget } from '#lib/db/budgets-asked.ts'
import { prisma } from '#lib/db/client.ts'
import { insertUser } from '#lib/db/users.ts'
import type { BudgetSettings } from '#lib/domain/budget.ts'
import { createChildren } from '../../tests/children.ts'
import { until } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'
import { addMeters, type Meter } from '../../tests/power-rig.ts'

const test = withDatabase()
const children = createChildren()
const complaints: string[] = []

afterEach(() => children.killAll())
afterAll(() => expect(complaints).toEqual([]))

const settings: BudgetSettings = {
  name: 'the rack',
  range: 'rack=R1',
  capWatts: 1_000,
  warnShare: 0.95,
  overSeconds: 0,
  acts: [{ do: 'cap', nodes: 'n[1-4]', watts: 300 }, { do: 'shutdown', nodes: 'n4,n1', forceAfterSeconds: null }],
}

it('kill -9 of the conductor after every decision repeats nothing and keeps the order', async () => {
  const url = (await test.roles()).conductor
  const draws = new Map<string, Meter>([1, 2, 3, 4].map((each) => [`n${each}`, { name: `n${each}`, watts: 400, rack: 'R1' }]))
  await addMeters(test, [...draws.values()])
  const user = (await insertUser(prisma(), { name: 'ada', role: 'admin', passwordHash: 'x' }))!
  const id = (await insertBudget(prisma(), { ...settings, by: 'ada' }))!
  await armBudget(prisma(), id, { by: 'ada', byId: user.id, byKind: 'person' })

  /** As a conductor and a BMC do: the operation ends, and the node draws what it was told. */
  async function doAsAsked(): Promise<void> {
    const running = await prisma().operation.findMany({ where: { state: 'running' }, include: { steps: true } })
    expect(running.length).toBeLessThanOrEqual(1)
    for (const { id: operation, kind, steps } of running) {
      const { nodeName } = steps[0]!
      draws.set(nodeName, { name: nodeName, rack: 'R1', ...(kind === 'power' ? { watts: null, power: 'off' as const } : { watts: 300 }) })
      await prisma().operation.update({ where: { id: operation }, data: { state: 'succeeded', finishedAt: new Date() } })
    }
    await addMeters(test, [...draws.values()])
  }

  const deeds = () => prisma().budgetDeed.count()
  const level = async () => ((await prisma().budget.findUniqueOrThrow({ where: { id } })).state as { level: string } | null)?.level
  for (let decided = 1; decided <= 5; decided += 1) {
    const child = children.start('power-child', [url])
    await until(async () => (await deeds()) >= decided, 20_000, `decision ${decided}`)
    await children.kill(child)
    await Promise.all([1, 2, 3].map(() => runDueDeeds((text) => complaints.push(text))))
    await doAsAsked()
  }
  children.start('power-child', [url])
  await until(async () => (await level()) === 'ok', 20_000, 'a rack within its budget')

  const asked = await prisma().operation.findMany({ orderBy: { auditSeq: 'asc' }, include: { steps: true } })
  expect(asked.map(({ action, steps }) => `${action} ${steps.map(({ nodeName }) => nodeName).join()}`)).toEqual([
    'SetPowerCap n1',
    'SetPowerCap n2',
    'SetPowerCap n3',
    'SetPowerCap n4',
    // Within a line by name.
    'GracefulShutdown n1',
  ])
  expect(await deeds()).toBe(5)
}, 120_000)
