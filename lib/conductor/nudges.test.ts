import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startRack, type Rack } from '#simulator/rack.ts'
import type { StreamFault } from '#simulator/redfish/event-stream.ts'
import type { SimulatedNode } from '#simulator/node.ts'
import { prisma } from '#lib/db/client.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { addNode, makeRig, quickCadence, quickTiming, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'
import type { RunningConductor } from './conductor.ts'
import type { Cadence } from './schedule.ts'

const test = withDatabase()
let rig: ConductorRig
let rack: Rack
let conductor: RunningConductor

async function start(names: readonly string[], cadence: Cadence, prepare: (node: SimulatedNode) => void = () => {}): Promise<void> {
  rack = await startRack({ nodes: names.map((name) => ({ name, make: 'openbmc', persona: 'healthy', protocol: 'redfish', faces: ['redfish'] })) })
  for (const node of rack.nodes) {
    prepare(node)
    await addNode(rig, node.describe())
  }
  conductor = rig.start(quickTiming, cadence)
}

beforeAll(async () => {
  rig = await makeRig(test)
})
afterEach(async () => {
  await conductor?.stop()
  await rack?.close()
})
afterAll(() => rig?.stop())

const events = (name: string) => rack.node(name).redfish!.events
const nodeOf = async (name: string) => (await listNodes()).find((node) => node.name === name)!
const isPower = (name: string, state: 'on' | 'off') => until(async () => (await nodeOf(name)).power.state === state, 30_000, `${name} seen ${state}`)
const entries = (name: string) => prisma().logEntry.count({ where: { node: { name } } })

it('a change at the BMC shows although its next reading is an hour off, and a stop lets go of the stream', async () => {
  const hour = 3_600_000
  await start(['told'], { ...quickCadence, intervalMs: { power: hour, sensors: hour, log: hour, identity: hour, inventory: hour } })
  await isPower('told', 'on')
  await until(() => events('told').openCount() === 1, 30_000, 'somebody who listens')
  const before = await until(() => entries('told'), 30_000, 'the log')
  rack.node('told').machine.reset('ForceOff', 'redfish')
  await isPower('told', 'off')
  await until(async () => (await entries('told')) > before, 30_000, 'the new entry')
  expect(events('told').servedCount()).toBe(1)
  await conductor.stop()
  await until(() => events('told').openCount() === 0, 10_000, 'the end of the stream')
  expect(rack.node('told').redfish!.sessions.openCount()).toBe(0)
}, 90_000)

it('a broken stream costs the attempt and nothing else', async () => {
  const faults: readonly StreamFault[] = ['page', 'endless', 'drip', 'closes', 'deaf']
  const cadence = { ...quickCadence, intervalMs: { ...quickCadence.intervalMs, power: 300 } }
  await start(faults, cadence, (node) => node.setFaults({ eventStream: node.name as StreamFault }))
  for (const state of ['off', 'on', 'off'] as const) {
    await Promise.all(faults.map((name) => isPower(name, state === 'off' ? 'on' : 'off')))
    await Promise.all(faults.map((name) => until(() => events(name).servedCount() > 0, 30_000, `an attempt at ${name}`)))
    for (const node of rack.nodes) node.machine.reset(state === 'off' ? 'ForceOff' : 'On', 'redfish')
    await Promise.all(faults.map((name) => isPower(name, state)))
  }
  // What is no stream, and what told of none of three changes, is not tried again.
  expect([events('page').servedCount(), events('endless').servedCount(), events('deaf').servedCount()]).toEqual([1, 1, 1])
  await until(() => events('deaf').openCount() === 0, 10_000, 'the end of a stream that tells nothing')
  expect(await Promise.all(faults.map(async (name) => (await nodeOf(name)).bmc.state))).toEqual(faults.map(() => 'ok'))
}, 120_000)
