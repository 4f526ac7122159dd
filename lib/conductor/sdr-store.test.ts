import { afterAll, beforeAll, expect, it } from 'vitest'
import { prisma } from '#lib/db/client.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { getSdr } from '#lib/ipmi/commands/storage.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { addNode, makeRig, quickCadence, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
let nodeId: string

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: uniformRack(1, ['healthy'], ['ipmi']) })
  nodeId = await addNode(rig, rack.node('n1').describe(), { protocol: 'ipmi' })
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

const sensorsAt = async () => (await prisma().snapshot.findUnique({ where: { nodeId_facet: { nodeId, facet: 'sensors' } } }))?.takenAt.getTime() ?? 0
const asked = () => rack.node('n1').ipmi!.asked(getSdr)

/** Until sensors were read by a conductor that starts now. */
async function readSensorsOnce(): Promise<void> {
  const before = await sensorsAt()
  const conductor = rig.start(undefined, quickCadence)
  await until(async () => (await sensorsAt()) > before, 30_000, 'sensors')
  await conductor.stop()
}

it('the second look at a node reads no SDR, also after the conductor has restarted', async () => {
  await readSensorsOnce()
  const first = asked()
  expect(first).toBeGreaterThan(20)
  const { recordCount, records } = await prisma().sdrRepository.findUniqueOrThrow({ where: { nodeId } })
  expect([recordCount, records.length > 1000]).toEqual([rack.node('n1').machine.sensors.length + 2, true])
  await readSensorsOnce()
  expect(asked()).toBe(first)
  expect((await listNodes())[0]?.bmc.state).toBe('ok')
}, 90_000)

it.each([
  ['another BMC, or another firmware', { device: '674 256 1 2.30  00' }],
  ['another count', { recordCount: 3 }],
  ['another time of addition', { lastAddition: 1 }],
  ['another time of erasure', { lastErase: 1 }],
])('%s: they are read anew, and kept', async (_what, changes) => {
  const kept = await prisma().sdrRepository.findUniqueOrThrow({ where: { nodeId } })
  await prisma().sdrRepository.update({ where: { nodeId }, data: changes })
  const before = asked()
  await readSensorsOnce()
  expect(asked()).toBeGreaterThan(before + 20)
  const { readAt, ...now } = await prisma().sdrRepository.findUniqueOrThrow({ where: { nodeId } })
  expect(now).toEqual({ ...kept, readAt: undefined })
  expect(readAt.getTime()).toBeGreaterThan(kept.readAt.getTime())
}, 90_000)

it('nothing was complained of', () => expect(rig.complaints).toEqual([]))
