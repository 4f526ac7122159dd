import { afterAll, beforeAll, expect, it } from 'vitest'
import { listNodes } from '#lib/db/nodes.ts'
import { usualTiming } from '#lib/conductor/step-timing.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { addNode, ended, makeRig, operate, quickCadence, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
const count = 12
let rack: Rack
let rig: ConductorRig

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: uniformRack(count, ['healthy'], ['ipmi']), loss: 0.1, sensorCount: 80, timing: { powerOnMs: 300, cycleOffMs: 1_500 } })
  for (const node of rack.nodes) await addNode(rig, node.describe(), { protocol: 'ipmi' })
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

it('checklist 55: asked while every node is read for the first time and one packet in ten is lost, no command waits for a reading or dies with it', async () => {
  rig.start({ ...usualTiming, deadlineMs: { ...usualTiming.deadlineMs, PowerCycle: 12_000 } }, quickCadence)
  await until(async () => (await listNodes()).every((node) => node.bmc.state === 'ok'), 60_000, 'a first answer of every node')
  const { steps } = await ended(await operate('PowerCycle', rack.nodes.map((node) => node.name)), 120_000)
  const sent = rack.nodes.map((node) => node.commands.length)
  // A packet that was lost on its way leaves a node alone; nothing makes it two.
  expect(Math.max(...sent)).toBe(1)
  expect(steps.filter(({ state }) => state !== 'verified' && state !== 'unknown').map(({ node, error }) => `${node}: ${error?.message}`)).toEqual([])
  for (const { node, state } of steps) if (state === 'verified') expect(rack.node(node).commands).toHaveLength(1)
}, 200_000)
