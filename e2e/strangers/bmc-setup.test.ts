import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Bmc } from '#lib/bmc/bmc.ts'
import { openBmc } from '#lib/bmc/open.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { freeUdpPort, isInstalled, startIpmiSim, type IpmiSim } from './ipmi-sim.ts'

/** What we say of a BMC's set-up, and what ipmitool says of the same one; what we set, ipmitool finds set. */

const run = promisify(execFile)
const isPossible = isInstalled('ipmi_sim', 'ipmitool')
if (!isPossible) console.log('skipped: no ipmi_sim, or no ipmitool')

type Place = { host: string; port: number; password: string }

async function ipmitool({ host, port, password }: Place, ...args: string[]): Promise<string> {
  const target = ['-I', 'lanplus', '-C', '3', '-N', '1', '-R', '2', '-H', host, '-p', String(port), '-U', 'admin', '-P', password]
  return (await run('ipmitool', [...target, ...args], { env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' }, timeout: 60_000 })).stdout
}

async function withBmc<T>({ host, port, password }: Place, use: (bmc: Bmc) => Promise<T>): Promise<T> {
  const bmc = await openBmc('ipmi', { address: host, ip: host, port, username: 'admin', password, pin: null })
  try {
    return await use(bmc)
  } finally {
    await bmc.close()
  }
}

/** `2 admin administrator`, for each user whose name is not empty. */
const printedUsers = (list: string) =>
  list
    .split('\n')
    .map((line) => /^(\d+) +(\S+) +(?:true|false) +(?:true|false) +(?:true|false) +(.+?) *$/.exec(line))
    .flatMap((found) => (found === null ? [] : [`${found[1]} ${found[2]} ${found[3]!.toLowerCase().replaceAll(' ', '-')}`]))

describe.skipIf(!isPossible)('the set-up of a BMC', () => {
  let sim: IpmiSim
  let rack: Rack
  const places: Record<string, Place> = {}

  beforeAll(async () => {
    sim = await startIpmiSim('127.0.0.1', await freeUdpPort())
    rack = await startRack({ nodes: uniformRack(1, ['healthy'], ['ipmi']) })
    const { address, ports, password } = rack.node('n1').describe()
    places['ipmi_sim'] = { ...sim, password: 'admin' }
    places['our simulator'] = { host: address, port: ports.ipmi!, password }
  })
  afterAll(async () => {
    await sim?.stop()
    await rack?.close()
  })

  test.each(['ipmi_sim', 'our simulator'])('%s: users and network are what ipmitool prints', async (name) => {
    const place = places[name]!
    const setup = await withBmc(place, async (bmc) => bmc.readSetup!())
    const users = printedUsers(await ipmitool(place, 'user', 'list', '1'))
    expect(users.length).toBeGreaterThan(0)
    expect(setup.users?.filter((user) => user.name !== '').map(({ id, name: user, limit }) => `${id} ${user} ${limit}`)).toEqual(users)
    const lan = await ipmitool(place, 'lan', 'print', '1')
    expect(setup.lan?.mac).toBe(/MAC Address +: (\S+)/.exec(lan)?.[1])
    expect(setup.lan?.address).toBe(/IP Address +: (\S+)/.exec(lan)?.[1])
  })

  test('what we set is what ipmitool finds', async () => {
    const place = places['our simulator']!
    await withBmc(place, async (bmc) => {
      expect(await bmc.changeSetup!({ what: 'restore', policy: 'always-on' })).toEqual({ kind: 'accepted' })
      expect(await bmc.changeSetup!({ what: 'sol', isEnabled: false, bitRate: 38400 })).toEqual({ kind: 'accepted' })
    })
    expect(await ipmitool(place, 'chassis', 'status')).toMatch(/Power Restore Policy +: always-on/)
    expect(await ipmitool(place, 'sol', 'info', '1')).toMatch(/Enabled +: false[\s\S]*Volatile Bit Rate \(kbps\) +: 38.4\n[\s\S]*Non-Volatile Bit Rate \(kbps\) +: 38.4\n/)
  })

  test('what ipmitool sets is what we find', async () => {
    const place = places['our simulator']!
    await ipmitool(place, 'chassis', 'policy', 'always-off')
    await ipmitool(place, 'sol', 'set', 'enabled', 'true', '1')
    expect(await withBmc(place, async (bmc) => bmc.readSetup!())).toMatchObject({ restore: { policy: 'always-off' }, sol: { isEnabled: true, bitRate: 38400 } })
  })
})
