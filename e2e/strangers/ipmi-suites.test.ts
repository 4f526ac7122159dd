import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cipherSuites, suitesByStrength, type CipherSuiteId } from '#lib/ipmi/cipher-suites.ts'
import { getChassisStatus } from '#lib/ipmi/commands/chassis.ts'
import { openSession, type IpmiTarget } from '#lib/ipmi/connect.ts'
import type { Workaround } from '#lib/ipmi/workarounds.ts'
import type { LinkFaults, SessionQuirk } from '#simulator/personas.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { isInstalled, startIpmiSim, type IpmiSim } from './ipmi-sim.ts'

// FreeIPMI and ipmitool against our simulator in every cipher suite, with a key K_G, and with the faults that FreeIPMI's workarounds are for:
// so our codecs, which the simulator shares with the client, are those of the specification and not merely the same on both of our sides.

const run = promisify(execFile)
const environment = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, LC_ALL: 'C' }
const kg = Buffer.from('0123456789abcdefghij')

let rack: Rack
beforeAll(async () => {
  rack = await startRack({ nodes: uniformRack(1, ['healthy'], ['ipmi']), password: 'longer-than-16-bytes' })
})
afterAll(() => rack?.close())

/** The node with this fault of its session setup; `password` is longer than 16 bytes. */
function withFaults(faults: Partial<LinkFaults>) {
  const node = rack.nodes[0]!
  node.setPersona('healthy')
  // A login that failed may still hold a place.
  node.restartBmc()
  node.setFaults({ cipherSuites: suitesByStrength, ...faults })
  return node.describe()
}

type Described = ReturnType<typeof withFaults>

async function ipmitool({ address, ports, username, password }: Described, ...options: string[]): Promise<string> {
  const target = ['-I', 'lanplus', '-N', '1', '-R', '2', '-H', address, '-p', String(ports.ipmi), '-U', username, '-P', password]
  return (await run('ipmitool', [...target, ...options, 'chassis', 'power', 'status'], { env: environment, timeout: 30_000 })).stdout
}

/** It says what went wrong in its output, and succeeds all the same. */
async function ipmipower({ address, ports, username, password }: Described, ...options: string[]): Promise<string> {
  const target = ['-D', 'LAN_2_0', '-h', `${address}:${ports.ipmi}`, '-u', username, '-p', password, '--session-timeout', '3000', '--retransmission-timeout', '500']
  const { stdout } = await run('ipmipower', [...target, ...options, '--stat'], { env: environment, timeout: 30_000 }).catch((error: { stdout: string }) => error)
  return stdout
}

/** Where FreeIPMI's name for it is the fault's, and in which suite it can be seen. */
const faults: readonly { quirk: SessionQuirk; suite: CipherSuiteId; says: RegExp }[] = [
  { quirk: 'opensesspriv', suite: 3, says: /password invalid/ },
  { quirk: 'opensesspriv', suite: 17, says: /password invalid/ },
  { quirk: 'supermicro20', suite: 3, says: /password invalid/ },
  { quirk: 'intel20', suite: 3, says: /username invalid/ },
  { quirk: 'intel20', suite: 8, says: /username invalid/ },
  { quirk: 'integritycheckvalue', suite: 0, says: /k_g invalid/ },
  { quirk: 'nochecksumcheck', suite: 17, says: /timeout/ },
]

describe.skipIf(!isInstalled('ipmipower'))('FreeIPMI (skipped where ipmipower is not installed)', () => {
  test.each(suitesByStrength)('suite %d', async (suite) => {
    expect(await ipmipower(withFaults({}), '-I', String(suite))).toMatch(/: on$/m)
  })

  test.each([17, 3, 8, 12])('a key K_G, suite %d', async (suite) => {
    const node = withFaults({ kg: kg.toString('hex') })
    expect(await ipmipower(node, '-I', String(suite), '-k', `0x${kg.toString('hex')}`)).toMatch(/: on$/m)
    expect(await ipmipower(node, '-I', String(suite), '-k', kg.toString())).toMatch(/: on$/m)
    expect(await ipmipower(node, '-I', String(suite))).toMatch(/k_g invalid/)
  })

  test.each(faults)('$quirk in suite $suite is what it needs -W $quirk for', async ({ quirk, suite, says }) => {
    const node = withFaults({ quirks: [quirk] })
    expect(await ipmipower(node, '-I', String(suite))).toMatch(says)
    expect(await ipmipower(node, '-I', String(suite), '-W', quirk)).toMatch(/: on$/m)
  })
})

describe.skipIf(!isInstalled('ipmitool'))('ipmitool (skipped where it is not installed)', () => {
  // Version 1.8.19 ends itself with an assertion at MD5-128.
  test.each(suitesByStrength.filter((id) => cipherSuites[id].integrity !== 3))('suite %d', async (suite) => {
    expect(await ipmitool(withFaults({}), '-C', String(suite))).toContain('Chassis Power is on')
  })

  test.each(['17', '3', '8'])('a key K_G, suite %s', async (suite) => {
    const node = withFaults({ kg: kg.toString('hex') })
    expect(await ipmitool(node, '-C', suite, '-y', kg.toString('hex'))).toContain('Chassis Power is on')
    await expect(ipmitool(node, '-C', suite)).rejects.toThrow(/./)
  })
})

describe('our client', () => {
  const open = ({ address, ports, username, password }: Described, more: Partial<IpmiTarget>) =>
    openSession({ host: address, port: ports.ipmi!, username, password, ...more })

  async function powerOf(node: Described, more: Partial<IpmiTarget>) {
    const session = await open(node, more)
    try {
      return { isOn: (await session.send(getChassisStatus, undefined)).isPowerOn, suite: session.cipherSuiteId, found: [...session.workarounds] }
    } finally {
      await session.close()
    }
  }

  test.each(suitesByStrength)('suite %d where it is asked for', async (suite) => {
    expect(await powerOf(withFaults({}), { cipherSuites: [suite] })).toEqual({ isOn: true, suite, found: [] })
  })

  test.each(faults)('$quirk in suite $suite', async ({ quirk, suite }) => {
    const more = { cipherSuites: [suite], workarounds: new Set([quirk as Workaround]) }
    expect(await powerOf(withFaults({ quirks: [quirk] }), more)).toMatchObject({ isOn: true, suite })
  })

  test.each([17, 3, 8, 12] as const)('a key K_G, suite %d', async (suite) => {
    const node = withFaults({ kg: kg.toString('hex') })
    expect(await powerOf(node, { cipherSuites: [suite], kg })).toMatchObject({ isOn: true })
    await expect(open(node, { cipherSuites: [suite] })).rejects.toThrow(/the BMC has a key K_G and we have none/)
  })

  test('finds out by itself that a BMC hashes the privilege of Open Session', async () => {
    expect(await powerOf(withFaults({ quirks: ['opensesspriv'] }), {})).toEqual({ isOn: true, suite: 17, found: ['opensesspriv'] })
  })

  test('says which workaround takes a code with a byte too many', async () => {
    await expect(open(withFaults({ quirks: ['supermicro20'] }), {})).rejects.toThrow(/the workaround supermicro20 takes it/)
  })
})

describe.skipIf(!isInstalled('ipmi_sim'))('our client on OpenIPMI’s ipmi_sim (skipped where it is not installed)', () => {
  const port = 36_241
  const bmcKey = 'key-of-this-bmc'
  let plain: IpmiSim
  let keyed: IpmiSim
  beforeAll(async () => {
    plain = await startIpmiSim('127.0.0.1', port)
    keyed = await startIpmiSim('127.0.0.1', port + 1, [], [`bmc_key "${bmcKey}"`])
  })
  afterAll(async () => {
    await plain?.stop()
    await keyed?.stop()
  })

  const privilegeOf = async (target: Omit<IpmiTarget, 'host'>) => {
    const session = await openSession({ host: '127.0.0.1', ...target })
    await session.close()
    return session.privilege
  }

  // Its HMAC-MD5-128 (7, 8) answers neither us nor ipmitool inside a session, its AES under MD5 (12) not us; 15 to 17 it does not have.
  test.each([3, 2, 11, 1, 6, 0] as const)('suite %d', async (suite) => {
    expect(await privilegeOf({ port, username: 'admin', password: 'admin', cipherSuites: [suite] })).toBe('administrator')
  })

  // It gives every user the privilege that is asked for, whatever its own limit.
  test.each(['administrator', 'operator', 'user'] as const)('as %s', async (privilege) => {
    expect(await privilegeOf({ port, username: 'admin', password: 'admin', privilege })).toBe(privilege)
  })

  test('a key K_G', async () => {
    const kg = Buffer.alloc(20)
    kg.write(bmcKey)
    expect(await privilegeOf({ port: keyed.port, username: 'admin', password: 'admin', kg })).toBe('administrator')
    await expect(privilegeOf({ port: keyed.port, username: 'admin', password: 'admin' })).rejects.toMatchObject({ kind: 'wrong-password' })
  })
})
