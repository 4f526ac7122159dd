import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FanControl } from '#lib/domain/fan.ts'
import type { FanFamilyName } from '#simulator/ipmi/fan-families.ts'
import { everyFanFamily } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import type { Bmc } from './bmc.ts'
import { shippedFanProfiles } from './fan-catalogue.ts'
import { openIpmiBmc } from './ipmi-bmc.ts'

let clock = Date.UTC(2026, 10, 1)
let rack: Rack
const bmcs = new Map<string, Bmc>()
/** What settles takes no time here: the machines' clock stands still between two steps. */
const fanProfiles = shippedFanProfiles.map((profile) => ({ ...profile, settleMs: { mode: 0, duty: 0 } }))

async function bmcOf(name: string): Promise<Bmc> {
  const { address, ports, username, password } = rack.node(name).describe()
  const bmc = bmcs.get(name) ?? (await openIpmiBmc({ address, ip: address, port: ports.ipmi!, username, password, pin: null, fanProfiles }))
  bmcs.set(name, bmc)
  return bmc
}
const fansOf = async (name: string) => (await (await bmcOf(name)).readAbilities(30_000)).abilities.fans!
const controlOf = async (name: string): Promise<FanControl> => (await fansOf(name)).control!
const held = (name: string) => rack.node(name).machine.fans.held()
const toDuties = (control: FanControl, percent: number) => Object.fromEntries(control.zones.map(({ id }) => [id, percent]))

beforeAll(async () => {
  rack = await startRack({ now: () => clock, nodes: [...everyFanFamily(['ipmi']), { name: 'lets-go', make: 'supermicro', persona: 'fans-let-go', protocol: 'ipmi', faces: ['ipmi'] }] })
})
afterAll(async () => {
  await Promise.all([...bmcs.values()].map((bmc) => bmc.close()))
  await rack?.close()
})

/** Each family, the profile by which it is known, how many zones answer, and which of the six fans those are. */
const families: [FanFamilyName, string, number, number[]][] = [
  ['supermicro-x12', 'supermicro-x10-x13', 2, [0, 1, 2, 3, 4, 5]],
  ['supermicro-x9', 'supermicro-x9', 2, [0, 1, 2, 3, 4, 5]],
  ['supermicro-x14-openbmc', 'supermicro-x14-openbmc', 2, [0, 1, 2, 3, 4, 5]],
  ['supermicro-x14-aten', 'supermicro-x14-aten', 2, [0, 1, 2, 3, 4, 5]],
  ['dell-idrac8', 'dell-idrac', 1, [0, 1, 2, 3, 4, 5]],
  ['inspur-ami', 'inspur-ami', 1, [0, 1, 2, 3, 4, 5]],
  ['inspur-older', 'inspur-older', 4, [0, 1, 2, 3]],
  ['inspur-openbmc', 'inspur-openbmc', 6, [0, 1, 2, 3, 4, 5]],
  ['sugon', 'sugon', 1, [0, 1, 2, 3, 4, 5]],
  ['huawei-ibmc', 'huawei-ibmc', 1, [0, 1, 2, 3, 4, 5]],
  ['lenovo-sr650', 'lenovo-sr650', 1, [0, 1, 2, 3, 4, 5]],
  ['ibm-system-x', 'ibm-system-x', 3, [0, 1, 2, 3, 4, 5]],
  ['asrock-16', 'asrock-rack', 16, [0, 1, 2, 3, 4, 5]],
  ['asrock-8', 'asrock-rack-older', 8, [0, 1, 2, 3, 4, 5]],
  ['gigabyte', 'gigabyte-ast2500', 1, [0, 1, 2, 3, 4, 5]],
  ['asus-kmpp-d32', 'asus-kmpp-d32', 1, [0, 1, 2, 3, 4, 5]],
  ['asus-z11pa-d8', 'asus-z11pa-d8', 2, [0, 1, 2, 3, 4, 5]],
  ['asus-c422', 'asus-c422', 8, [0, 1, 2, 3, 4, 5]],
  ['quanta-2u', 'quanta-2u', 4, [0, 1, 2, 3]],
  ['quanta-1u', 'quanta-1u', 6, [0, 1, 2, 3, 4, 5]],
  ['tyan-s8030', 'tyan-s8030', 6, [0, 1, 2, 3, 4, 5]],
  ['intel-m20ntp', 'intel-m20ntp', 1, [0, 1, 2, 3, 4, 5]],
]

describe.each(families)('%s', (name, profile, zoneCount, fans) => {
  it('is known by its profile, takes a duty and gives it back', async () => {
    const bmc = await bmcOf(name)
    const control = await controlOf(name)
    expect(control).toMatchObject({ profile })
    expect(control.zones).toHaveLength(zoneCount)
    const unverified = control.grade === 'C' ? { unverified: profile } : {}
    expect(await bmc.setFans({ kind: 'duty', duties: toDuties(control, 60), ...unverified })).toEqual({ kind: 'accepted' })
    expect(fans.map((fan) => held(name)[fan])).toEqual(fans.map(() => 60))
    const reading = await bmc.readFans(undefined, unverified.unverified)
    expect(reading.unread).toEqual([])
    for (const percent of Object.values(reading.duties).slice(0, 4)) expect(percent).toBe(60)
    if (control.automatic === null) {
      await expect(bmc.setFans({ kind: 'automatic', ...unverified })).rejects.toMatchObject({ kind: 'failed', message: expect.stringContaining('full speed is the safe end') })
      return
    }
    expect(await bmc.setFans({ kind: 'automatic', ...unverified })).toEqual({ kind: 'accepted' })
    expect(held(name).every((one) => one === null)).toBe(true)
  })
})

describe('what is known from one report alone', () => {
  it.each(families.filter(([, profile]) => shippedFanProfiles.find(({ id }) => id === profile)!.grade === 'C').map(([name]) => name))('%s gets no packet of it before somebody has turned it on', async (name) => {
    const bmc = await bmcOf(name)
    const fans = await fansOf(name)
    expect(fans).toMatchObject({ can: null, reason: expect.stringContaining('unverified'), control: { grade: 'C' } })
    expect(fans.control!.sendings.length).toBeGreaterThan(0)
    const before = [...held(name)]
    await expect(bmc.setFans({ kind: 'duty', duties: toDuties(fans.control!, 60) })).rejects.toMatchObject({ kind: 'failed', message: expect.stringContaining('unverified') })
    await expect(bmc.setFans({ kind: 'automatic', unverified: 'another-profile' })).rejects.toMatchObject({ kind: 'failed' })
    expect(await bmc.readFans()).toMatchObject({ mode: null, duties: {}, switches: {} })
    expect(held(name)).toEqual(before)
  })
})

describe('a firmware that says no', () => {
  it('that is known to be closed is not asked, and the reason stands in the record', async () => {
    expect(await fansOf('dell-idrac9-closed')).toMatchObject({ can: null, reason: expect.stringContaining('3.34.34.34') })
    await expect((await bmcOf('dell-idrac9-closed')).setFans({ kind: 'automatic' })).rejects.toMatchObject({ kind: 'unsupported' })
  })

  it('that answers D4h to the mode has no fan commands: the answer says so', async () => {
    const { address, ports, username, password } = rack.node('dell-idrac9-closed').describe()
    const asIfOpen = fanProfiles.filter(({ id }) => id === 'dell-idrac').map((profile) => ({ ...profile, match: { manufacturerIds: [674] } }))
    const bmc = await openIpmiBmc({ address, ip: address, port: ports.ipmi!, username, password, pin: null, fanProfiles: asIfOpen })
    expect(await bmc.setFans({ kind: 'duty', duties: { all: 50 } })).toMatchObject({ kind: 'unsupported', text: expect.stringContaining('D4h') })
    await bmc.close()
  })
})

describe("Dell's air for PCIe cards of other makers", () => {
  it('is switched and read back beside the duty', async () => {
    const bmc = await bmcOf('dell-idrac8')
    expect((await controlOf('dell-idrac8')).switches).toMatchObject([{ id: 'third-party-pcie', canRead: true }])
    expect((await bmc.readFans()).switches).toEqual({ 'third-party-pcie': true })
    expect(await bmc.setFans({ kind: 'switch', switch: 'third-party-pcie', on: false })).toEqual({ kind: 'accepted' })
    expect((await bmc.readFans()).switches).toEqual({ 'third-party-pcie': false })
  })
})

describe('what a BMC does by itself', () => {
  it('a Supermicro keeps its full mode over a restart and forgets the duty', async () => {
    const control = await controlOf('supermicro-x12')
    expect(control.survivesReset).toEqual({ mode: true, duty: false })
    const bmc = await bmcOf('supermicro-x12')
    await bmc.setFans({ kind: 'duty', duties: toDuties(control, 40) })
    rack.node('supermicro-x12').machine.resetBmc('ipmi')
    expect(held('supermicro-x12')[0]).toBe(100)
    rack.node('supermicro-x12').machine.fans.give()
  })

  it('one that leaves the manual mode is put back into it by the next duty, which waits for it', async () => {
    const bmc = await bmcOf('lets-go')
    const control = await controlOf('lets-go')
    await bmc.setFans({ kind: 'duty', duties: toDuties(control, 40) })
    clock += 46_000
    expect((await bmc.readFans()).mode).toBe('optimal')
    await bmc.setFans({ kind: 'duty', duties: toDuties(control, 40) })
    expect(held('lets-go')[0]).toBe(40)
  })

  it('a Huawei takes its fans back when its timeout is over, and not while it is renewed', async () => {
    const control = await controlOf('huawei-ibmc')
    const bmc = await bmcOf('huawei-ibmc')
    expect(control).toMatchObject({ guarantee: { kind: 'expires', seconds: 1_800 }, reassertSeconds: 10 })
    for (let minute = 0; minute <= 40; minute++) {
      await bmc.setFans({ kind: 'duty', duties: { all: 35 } })
      clock += 50_000
    }
    expect((await bmc.readFans()).mode).toBe('manual')
    for (let minute = 0; minute <= 37; minute++) {
      clock += 50_000
      await bmc.readPower()
    }
    expect((await bmc.readFans()).mode).toBe('automatic')
    expect(held('huawei-ibmc')[0]).toBeNull()
  })
})
