import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FakeBmc, runFakeBmc, type RunningBmc } from '#lib/ipmi/testing/fake-bmc.ts'

// Our codecs on the other side of ipmitool: OpenIPMI's simulator speaks no suite 17, so this is what shows that our keys
// are those of the specification and not merely the same on both of our sides.

const run = promisify(execFile)
const hasIpmitool = await run('ipmitool', ['-V']).then(() => true, () => false)
if (!hasIpmitool) console.log('skipped: ipmitool is not installed')

describe.skipIf(!hasIpmitool)('ipmitool against our codecs', () => {
  const kg = Buffer.from('0123456789abcdefghij')
  let plain: RunningBmc
  let withKg: RunningBmc

  beforeAll(async () => {
    const answer = () => ({ data: Buffer.of(0x01, 0, 0) })
    plain = await runFakeBmc(new FakeBmc({ answer }))
    withKg = await runFakeBmc(new FakeBmc({ answer, kg }))
  })
  afterAll(() => {
    plain?.close()
    withKg?.close()
  })

  const ipmitool = (port: number, ...options: readonly string[]) => {
    const target = ['-I', 'lanplus', '-H', '127.0.0.1', '-p', String(port), '-U', 'admin', '-P', 'secret', '-N', '1', '-R', '1']
    return run('ipmitool', [...target, ...options, 'chassis', 'power', 'status'])
  }

  test.each(['17', '3'])('logs in with suite %s', async (suite) => {
    expect((await ipmitool(plain.port, '-C', suite)).stdout).toContain('Chassis Power is on')
  })

  test('finds suite 17 in our list of suites by itself', async () => {
    expect((await ipmitool(plain.port)).stdout).toContain('Chassis Power is on')
    expect([...plain.bmc.sessions.values()].at(-1)?.exchange.suite.id).toBe(17)
  })

  test('logs in with a key K_G', async () => {
    expect((await ipmitool(withKg.port, '-C', '17', '-y', kg.toString('hex'))).stdout).toContain('Chassis Power is on')
    await expect(ipmitool(withKg.port, '-C', '17')).rejects.toThrow(/./)
  })
})
