import { describe, expect, it } from 'vitest'
import { readAudit } from '#lib/db/audit.ts'
import type { OperationAction } from '#lib/domain/operation.ts'
import { ended, operate } from '../../tests/conductor-rig.ts'
import { everyMake, ipmiNode, knownOf, withEveryMake } from '../../tests/every-make.ts'

/** Power caps at every make's BMC: over Redfish by EnvironmentMetrics or the older Power, over IPMI by DCMI. */

const rack = withEveryMake()

async function ask(action: OperationAction, nodes: readonly string[], capWatts?: number) {
  await knownOf('powerCap', nodes)
  const id = await operate(action, nodes, { options: capWatts === undefined ? {} : { capWatts } })
  return ended(id, 40_000)
}

const capOf = (name: string) => rack().node(name).machine.powerCap

describe('a power cap', () => {
  it('of every make is set by one command, held, read back, and in the audit', async () => {
    const { id, steps } = await ask('SetPowerCap', everyMake, 300)
    for (const step of steps) {
      expect(step, step.node).toMatchObject({ state: 'verified', commands: ['SetPowerCap'], evidence: 'read back: capped at 300 W' })
      expect(capOf(step.node)).toMatchObject({ isActive: true, watts: 300 })
      expect(rack().node(step.node).machine.conditions().watts).toBeLessThanOrEqual(300)
    }
    const rows = (await readAudit({ action: 'power-cap', limit: 100 })).filter((row) => row.operationId === id && row.node === ipmiNode)
    expect(rows.map(({ outcome, detail }) => [outcome, detail.capWatts ?? detail.evidence])).toEqual([
      ['ok', 'read back: capped at 300 W'],
      ['intent', 300],
    ])
  }, 60_000)

  it('over IPMI keeps what the BMC does beside limiting', async () => {
    Object.assign(capOf(ipmiNode), { isActive: true, watts: 320, action: 0x11, correctionMs: 6000, samplingSeconds: 3 })
    await ask('SetPowerCap', [ipmiNode], 350)
    expect(capOf(ipmiNode)).toMatchObject({ watts: 350, action: 0x11, correctionMs: 6000, samplingSeconds: 3 })
  }, 20_000)

  it('is lifted', async () => {
    const { steps } = await ask('LiftPowerCap', everyMake)
    for (const step of steps) {
      expect(step, step.node).toMatchObject({ state: 'verified', commands: ['LiftPowerCap'], evidence: 'read back: no power cap' })
      expect(capOf(step.node).isActive, step.node).toBe(false)
    }
  }, 60_000)

  it('out of the range of a BMC is refused in its words, and nothing is changed', async () => {
    const { steps } = await ask('SetPowerCap', ['dell', ipmiNode], 50)
    for (const step of steps) {
      expect(step, step.node).toMatchObject({ state: 'failed', error: { message: expect.stringMatching(/200 W and more|out of (?:the )?range/) } })
      expect(capOf(step.node).isActive, step.node).toBe(false)
    }
  }, 30_000)
})
