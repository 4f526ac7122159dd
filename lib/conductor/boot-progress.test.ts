import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findNodeDetail } from '#lib/db/nodes.ts'
import { listStepsOf } from '#lib/db/operations-read.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { addNode, allOk, ended, makeRig, operate, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

/** How far a host's start has come: as four makes tell it, on the node and in the step that started it. */

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
const names = ['dell', 'hpe', 'lenovo', 'supermicro'] as const

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: names.map((make) => ({ name: make, make, persona: 'healthy', protocol: 'redfish', faces: ['redfish'] })), timing: { powerOnMs: 300, gracefulShutdownMs: 300, cycleOffMs: 400 } })
  for (const node of rack.nodes) await addNode(rig, node.describe())
  rig.start()
  await allOk(names)
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

const told = async (name: string) => (await findNodeDetail(name))?.bootProgress ?? []
const isTold = (name: string, source: string, word: string) => until(async () => (await told(name)).find((one) => one.source === source && one.word === word), 40_000, `${name}: ${word} by ${source}`)

describe('the start of a host', () => {
  it('is followed by what its BMC tells, and told in the step that started it', async () => {
    const beganMs = Date.now()
    const id = await operate('ForceRestart', names)
    await ended(id)
    await Promise.all([
      isTold('dell', 'redfish', 'OSRunning'),
      isTold('hpe', 'maker', 'FinishedPost'),
      isTold('lenovo', 'maker', 'OSBooted'),
      isTold('supermicro', 'post-code', 'aa'),
    ])
    const { steps } = await listStepsOf(id, { order: 'position', limit: 10 })
    const byNode = Object.fromEntries(steps.map(({ node, progress = [] }) => [node, progress.map(({ source, stage, word }) => [source, stage, word])]))
    expect(byNode).toEqual({
      dell: [['redfish', 'osRunning', 'OSRunning']],
      hpe: [['maker', 'handedOver', 'FinishedPost']],
      lenovo: [['maker', 'osRunning', 'OSBooted']],
      supermicro: [['post-code', null, 'aa']],
    })
    for (const one of (await Promise.all(names.map(told))).flat()) expect(Date.parse(one.at)).toBeGreaterThan(beganMs)
  }, 60_000)

  it('is not told of a host that is off', async () => {
    await ended(await operate('ForceOff', ['dell']))
    await until(async () => (await told('dell')).length === 0, 10_000, 'nothing told')
  }, 30_000)
})
