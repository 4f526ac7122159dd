import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import { listNodes } from '#lib/db/nodes.ts'
import type { StepState } from '#lib/domain/operation.ts'
import { createChildren } from '../../tests/children.ts'
import { addNode, ended, makeRig, operate, until, type ConductorRig, type Ended } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
let conductorUrl: string
const children = createChildren()
const { kill } = children

const plans: NodePlan[] = Array.from({ length: 8 }, (_, i) => ({
  name: `n${i + 1}`,
  // HPE's Redfish offers no PowerCycle here, so that four of eight are composed.
  make: i < 4 ? 'inspur' : 'hpe',
  persona: 'healthy',
  protocol: i < 4 ? 'ipmi' : 'redfish',
  faces: [i < 4 ? 'ipmi' : 'redfish'],
}))
const names = plans.map((plan) => plan.name)

const startChild = () => children.start('conductor-child', [conductorUrl, rig.folder()])

beforeAll(async () => {
  rig = await makeRig(test)
  conductorUrl = (await test.roles()).conductor
  rack = await startRack({ nodes: plans, timing: { powerOnMs: 200, gracefulShutdownMs: 200, cycleOffMs: 400 } })
  for (const node of rack.nodes) await addNode(rig, node.describe(), { protocol: node.describe().protocol })
})
// One that a failed test has left would share the nodes of the next.
afterEach(() => children.killAll())
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

const allKnown = () => until(async () => (await listNodes()).every((node) => node.bmc.state === 'ok' && node.power.state !== 'unknown'), 60_000, 'all nodes')

/** Pseudo-random and the same every time: a failing point can be looked at again. */
const killPoints = Array.from({ length: 10 }, (_, seed) => 20 + ((seed * 7_919 + 104_729) % 1_300))

describe('checklist 56: kill -9 of the conductor', () => {
  it.each([
    ['all at once', {}, 0],
    ['in batches', { atOnce: 3 }, 1],
  ])('never lets a command out twice, wherever it strikes, and ends every step: %s', async (_, limits, odd) => {
    let child = startChild()
    await allKnown()
    const states: StepState[] = []
    for (const afterMs of killPoints.filter((_, i) => i % 2 === odd)) {
      const before = counted()
      const id = await operate('PowerCycle', names, { limits })
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      await kill(child)
      child = startChild()
      const operation = await ended(id, 40_000)
      demandOnce(operation, before, `killed after ${afterMs} ms`)
      states.push(...operation.steps.map((step) => step.state))
      await ended(await operate('On', names), 40_000)
      await prisma().step.updateMany({ data: { sentAt: null } })
    }
    expect(states).toContain('verified')
    const intents = (await readAudit({ action: 'power', outcome: 'intent', limit: 10_000 })).length
    expect(intents).toBeGreaterThanOrEqual(rack.nodes.reduce((sum, node) => sum + node.commands.length, 0))
    await kill(child)
  }, 240_000)
})

describe('checklist 56: kill -9 between a graceful request and the force that follows it', () => {
  /** One by each protocol, whose systems do not obey; `afterMs` from the graceful request on, the force comes after two seconds. */
  const hung = ['n1', 'n5']
  const forceAfterMs = 2_000

  it.each([100, 1_200, forceAfterMs - 50, forceAfterMs + 100])('%i ms after the request: the force is sent once, and what it did is known', async (afterMs) => {
    let child = startChild()
    await allKnown()
    await ended(await operate('On', names), 40_000)
    await prisma().step.updateMany({ data: { sentAt: null } })
    for (const name of hung) rack.node(name).setPersona('hung')
    const before = counted()
    const sentTo = (name: string) => rack.node(name).commands.slice(before.get(name)).map(({ action }) => action)
    const id = await operate('GracefulShutdown', hung, { options: { forceAfterSeconds: forceAfterMs / 1_000 } })
    await until(() => hung.every((name) => sentTo(name).length > 0), 20_000, 'the graceful requests')
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    await kill(child)
    const wasForced = new Set(hung.filter((name) => sentTo(name).length > 1))
    child = startChild()
    const { steps } = await ended(id, 40_000)
    for (const { node, state, commands } of steps) {
      expect(sentTo(node), node).toEqual(['GracefulShutdown', 'ForceOff'].slice(0, sentTo(node).length))
      expect(commands.slice(0, sentTo(node).length), node).toEqual(sentTo(node))
      expect(state === 'verified', node).toBe(rack.node(node).machine.power() === 'off')
      // Long before its time the force had surely not been recorded: it is still owed, and comes.
      if (afterMs < forceAfterMs / 2) expect([sentTo(node).length, state], node).toEqual([2, 'verified'])
      if (wasForced.has(node)) expect(state, node).toBe('verified')
    }
    const intents = await readAudit({ action: 'power', outcome: 'intent', operation: id, limit: 100 })
    for (const name of hung) expect(intents.filter((row) => row.node === name).length).toBeGreaterThanOrEqual(sentTo(name).length)
    for (const name of hung) rack.node(name).setPersona('healthy')
    await ended(await operate('On', hung), 40_000)
    await kill(child)
  }, 120_000)
})

const counted = () => new Map(rack.nodes.map((node) => [node.name, node.commands.length]))

/** No node was told anything twice, nothing was sent that was not recorded, and no step says that it was done when nothing was sent. */
function demandOnce(operation: Ended, before: Map<string, number>, when: string): void {
  expect(operation.steps.map((step) => step.node)).toEqual(names)
  for (const step of operation.steps) {
    const sent = rack.node(step.node).commands.slice(before.get(step.node)).map((command) => command.action)
    const allowed = plans.find((plan) => plan.name === step.node)!.protocol === 'ipmi' ? ['PowerCycle'] : ['ForceOff', 'On']
    expect(sent, `${step.node}, ${when}`).toEqual(allowed.slice(0, sent.length))
    expect(step.commands.slice(0, sent.length)).toEqual(sent)
    if (sent.length === 0) expect(step.state, `${step.node}, ${when}`).not.toBe('verified')
  }
}

describe('checklist 56: several conductors', () => {
  it('share the nodes, and one that is lost is replaced within seconds', async () => {
    const first = startChild()
    await until(async () => (await owners()).size === 1, 20_000, 'the first owner')
    const second = startChild()
    const shares = await until(async () => {
      const found = await owners()
      return found.size === 2 && found
    }, 20_000, 'two owners')
    await until(async () => [...(await owners()).values()].every((count) => count === 4), 40_000, 'equal shares')
    expect([...shares.keys()]).toHaveLength(2)
    await kill(first)
    const left = await until(async () => {
      const found = await owners()
      return found.size === 1 && [...found.values()][0] === names.length && found
    }, 15_000, 'one owner of all')
    expect(left.size).toBe(1)
    const operation = await ended(await operate('ForceOff', names), 30_000)
    expect(operation.state).toBe('succeeded')
    await kill(second)
  }, 150_000)

  it.each([2, 3])('%i of them share an operation, and losing one of them loses nothing', async (count) => {
    await prisma().step.updateMany({ data: { sentAt: null } })
    const running = Array.from({ length: count }, startChild)
    await until(async () => {
      const found = await owners()
      return found.size === count && Math.max(...found.values()) <= Math.ceil(names.length / count)
    }, 40_000, `${count} owners`)
    await ended(await operate('On', names), 30_000)
    const before = counted()
    const id = await operate('PowerCycle', names, { limits: { atOnce: 4 } })
    const begun = await until(async () => {
      const { rows } = await test.db.pool.query<{ ownerId: string }>(
        `SELECT DISTINCT n."ownerId" FROM "Step" s JOIN "Node" n ON n.id = s."nodeId" WHERE s."operationId" = $1 AND s.state <> 'queued'`,
        [id],
      )
      return rows.length > 0 && rows
    }, 20_000, 'the first step')
    expect(begun.length).toBeLessThanOrEqual(count)
    await kill(running.shift()!)
    const operation = await ended(id, 60_000)
    demandOnce(operation, before, `one of ${count} killed`)
    expect(operation.batch).toBe(2)
    expect(operation.counts.aborted).toBe(0)
    await Promise.all(running.map(kill))
  }, 120_000)
})

async function owners(): Promise<Map<string, number>> {
  const { rows } = await test.db.pool.query<{ ownerId: string; n: number }>(
    'SELECT n."ownerId", count(*)::int AS n FROM "Node" n JOIN "Conductor" c ON c.id = n."ownerId" GROUP BY 1',
  )
  return new Map(rows.map((row) => [row.ownerId, row.n]))
}
