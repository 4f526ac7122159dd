import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uniformRack } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { openIpmiBmc } from './ipmi-bmc.ts'
import type { BmcTarget } from './target.ts'

let rack: Rack
beforeAll(async () => {
  rack = await startRack({ nodes: uniformRack(2, ['slow', 'garbage'], ['ipmi']) })
})
afterAll(() => rack?.close())

const targetOf = (persona: string): BmcTarget => {
  const { address, ports, username, password } = rack.nodes.map((node) => node.describe()).find((node) => node.persona === persona)!
  return { address, ip: address, port: ports.ipmi!, username, password, pin: null }
}

describe('IPMI to a BMC in trouble', () => {
  it('one that takes 2 to 4 s for each packet is logged in to and read', async () => {
    const bmc = await openIpmiBmc(targetOf('slow'))
    expect(await bmc.readPower()).toMatchObject({ state: 'on' })
    // One login, whose answers were not thrown away.
    expect(rack.nodes.map((node) => node.ipmi!.sessions.createdCount())).toContain(1)
    await bmc.close()
  }, 60_000)

  it('one that garbles its answers has not refused the password', async () => {
    await expect(openIpmiBmc(targetOf('garbage'))).rejects.toMatchObject({ kind: 'garbled' })
  }, 30_000)
})
