import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeNames } from '#simulator/makes.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import type { OperationAction } from '#lib/domain/operation.ts'
import { addNode, allOk, ended, makeRig, operate, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

/** Power caps at every make's BMC: over Redfish by EnvironmentMetrics or the older Power, over IPMI by DCMI. */

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
const ipmi = 'inspur-ipmi'
const names = [...makeNames, ipmi]

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({
    nodes: [
      ...makeNames.map((make) => ({ name: make, make, persona: 'healthy', protocol: 'redfish', faces: ['redfish'] }) as const),
      { name: ipmi, make: 'inspur', persona: 'healthy', protocol: 'ipmi', faces: ['ipmi'] },
    ],
  })
  for (const node of rack.nodes) await addNode(rig, node.describe())
  rig.start()
  await allOk(names)
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

type Known = { powerCap?: { can: boolean | null } }
const knownOf = async (name: string) => ((await prisma().node.findUnique({ where: { name } }))?.capabilities as Known | null)?.powerCap
const known = (name: string) => until(async () => (await knownOf(name)) !== undefined, 15_000, `whether ${name} caps its power`)

async function ask(action: OperationAction, nodes: readonly string[], capWatts?: number) {
  for (const name of nodes) await known(name)
  const id = await operate(action, nodes, { options: capWatts === undefined ? {} : { capWatts } })
  return ended(id, 40_000)
}

const capOf = (name: string) => rack.node(name).machine.powerCap

describe('a power cap', () => {
  it('of every make is set by one command, held, read back, and in the audit', async () => {
    const { id, steps } = await ask('SetPowerCap', names, 300)
    for (const step of steps) {
      expect(step, step.node).toMatchObject({ state: 'verified', commands: ['SetPowerCap'], evidence: 'read back: capped at 300 W' })
      expect(capOf(step.node)).toMatchObject({ isActive: true, watts: 300 })
      expect(rack.node(step.node).machine.conditions().watts).toBeLessThanOrEqual(300)
    }
    const rows = (await readAudit({ action: 'power-cap', limit: 100 })).filter((row) => row.operationId === id && row.node === ipmi)
    expect(rows.map(({ outcome, detail }) => [outcome, detail.capWatts ?? detail.evidence])).toEqual([
      ['ok', 'read back: capped at 300 W'],
      ['intent', 300],
    ])
  }, 60_000)

  it('over IPMI keeps what the BMC does beside limiting', async () => {
    Object.assign(capOf(ipmi), { isActive: true, watts: 320, action: 0x11, correctionMs: 6000, samplingSeconds: 3 })
    await ask('SetPowerCap', [ipmi], 350)
    expect(capOf(ipmi)).toMatchObject({ watts: 350, action: 0x11, correctionMs: 6000, samplingSeconds: 3 })
  }, 20_000)

  it('is lifted', async () => {
    const { steps } = await ask('LiftPowerCap', names)
    for (const step of steps) {
      expect(step, step.node).toMatchObject({ state: 'verified', commands: ['LiftPowerCap'], evidence: 'read back: no power cap' })
      expect(capOf(step.node).isActive, step.node).toBe(false)
    }
  }, 60_000)

  it('out of the range of a BMC is refused in its words, and nothing is changed', async () => {
    const { steps } = await ask('SetPowerCap', ['dell', ipmi], 50)
    for (const step of steps) {
      expect(step, step.node).toMatchObject({ state: 'failed', error: { message: expect.stringMatching(/200 W and more|out of (?:the )?range/) } })
      expect(capOf(step.node).isActive, step.node).toBe(false)
    }
  }, 30_000)
})
