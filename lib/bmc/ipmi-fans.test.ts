import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FanControl } from '#lib/domain/fan.ts'
import type { MakeName } from '#simulator/makes.ts'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import type { Bmc } from './bmc.ts'
import { openIpmiBmc } from './ipmi-bmc.ts'

const plan = (name: string, make: MakeName, more: Partial<NodePlan> = {}): NodePlan => ({ name, make, persona: 'healthy', protocol: 'ipmi', faces: ['ipmi'], ...more })

let clock = Date.UTC(2026, 10, 1)
const now = () => clock
let rack: Rack
const bmcs = new Map<string, Bmc>()

/** One conversation per node, as the conductor has it. */
async function bmcOf(name: string): Promise<Bmc> {
  const { address, ports, username, password } = rack.node(name).describe()
  const bmc = bmcs.get(name) ?? (await openIpmiBmc({ address, ip: address, port: ports.ipmi!, username, password, pin: null }))
  bmcs.set(name, bmc)
  return bmc
}

async function controlOf(name: string): Promise<FanControl | undefined> {
  return (await (await bmcOf(name)).readAbilities(30_000)).abilities.fans?.control
}

beforeAll(async () => {
  rack = await startRack({ now, nodes: [plan('x12', 'supermicro'), plan('hpe', 'hpe')] })
})
afterAll(async () => {
  await Promise.all([...bmcs.values()].map((bmc) => bmc.close()))
  await rack?.close()
})

describe('a Supermicro', () => {
  it('is recognised by maker and board, and its zones by asking', async () => {
    expect(await controlOf('x12')).toMatchObject({ profile: 'supermicro-x10-x13', grade: 'B', automatic: 'standard', zones: [{ id: 'cpu' }, { id: 'peripheral' }] })
  })

  it('takes a duty in its full mode, and the fans and temperatures follow', async () => {
    const bmc = await bmcOf('x12')
    const before = await bmc.readFans()
    expect(before.mode).toBe('optimal')
    expect(before.fans).toHaveLength(6)
    expect(await bmc.setFans({ kind: 'duty', duties: { cpu: 25, peripheral: 25 } })).toEqual({ kind: 'accepted' })
    clock += 45_000
    const after = await bmc.readFans()
    expect(after).toMatchObject({ mode: 'full', duties: { cpu: 25, peripheral: 25 } })
    expect(after.fans[0]).toMatchObject({ zone: 'cpu', percent: 25 })
    expect(after.fans[0]!.rpm).toBeLessThan(before.fans[0]!.rpm!)
    const hottest = (reading: typeof after) => Math.max(...reading.temperatures.map(({ celsius }) => celsius ?? 0))
    expect(hottest(after)).toBeGreaterThan(hottest(before) + 3)
    expect(await bmc.setFans({ kind: 'automatic' })).toEqual({ kind: 'accepted' })
    expect((await bmc.readFans()).mode).toBe('standard')
  }, 40_000)

  it('is never set below its floor', async () => {
    await expect((await bmcOf('x12')).setFans({ kind: 'duty', duties: { cpu: 10 } })).rejects.toMatchObject({ kind: 'failed', message: expect.stringContaining('20 % is the least') })
  })
})

it('a make without any way says so and is sent nothing', async () => {
  const bmc = await bmcOf('hpe')
  expect((await bmc.readAbilities(30_000)).abilities.fans).toMatchObject({ can: null })
  await expect(bmc.setFans({ kind: 'automatic' })).rejects.toMatchObject({ kind: 'unsupported' })
  expect((await bmc.readFans()).fans).toHaveLength(6)
})
