import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { coldReset } from '#lib/ipmi/commands/app.ts'
import { openSession } from '#lib/ipmi/connect.ts'
import type { IpmiError } from '#lib/ipmi/errors.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { isInstalled } from './ipmi-sim.ts'

// Cold Reset: ours at pyghmi's BMC, and ipmitool's at our simulated one.

const run = promisify(execFile)

describe.skipIf(!isInstalled('fakebmc'))("pyghmi's BMC", () => {
  test('obeys our Cold Reset, which ends it', async () => {
    const child = spawn('fakebmc', ['--port', '16953'], { stdio: 'ignore' })
    const gone = once(child, 'exit')
    const bmc = { host: '127.0.0.1', port: 16_953, username: 'admin', password: 'password' }
    let session: IpmiSession | undefined
    for (let tries = 0; session === undefined && tries < 20; tries++) session = await openSession(bmc).catch(() => delay(500, undefined))
    // Gone before it has answered, as many are.
    await session!.send(coldReset, undefined, { timeoutMs: 2_000 }).catch((error: IpmiError) => expect(error.kind).toBe('reply-lost'))
    expect(await gone).toEqual([0, null])
    await session!.close()
  })
})

describe.skipIf(!isInstalled('ipmitool'))('our simulated BMC', () => {
  let rack: Rack
  beforeAll(async () => {
    rack = await startRack({ nodes: [{ name: 'n1', make: 'dell', persona: 'healthy', protocol: 'ipmi', faces: ['redfish', 'ipmi'] }], timing: { bmcAwayMs: 4_000 } })
  })
  afterAll(() => rack?.close())

  const ipmitool = async (...args: string[]) => {
    const port = String(rack.node('n1').ipmi!.port)
    const { stdout } = await run('ipmitool', ['-I', 'lanplus', '-N', '1', '-R', '1', '-H', '127.0.0.1', '-p', port, '-U', 'admin', '-P', 'secret', ...args], { timeout: 60_000 })
    return stdout
  }
  const redfish = () => fetch(`https://127.0.0.1:${rack.node('n1').redfish!.port}/redfish/v1`).then(() => 'answers', (error: Error) => (error.cause as { code?: string } | undefined)?.code)

  test('obeys `mc reset cold`: away by both protocols, and back with the host as it was', async () => {
    const run = rack.node('n1').machine.run()?.id
    expect(await ipmitool('mc', 'reset', 'cold')).toMatch(/Sent cold reset command to MC/)
    await delay(500)
    expect(await redfish()).toBe('ECONNREFUSED')
    await expect(ipmitool('mc', 'info')).rejects.toThrow(/Unable to establish|Get Device ID|Unable to Get/)
    await expect.poll(() => ipmitool('chassis', 'power', 'status').catch(() => ''), { timeout: 20_000 }).toContain('is on')
    // The certificate is its own, which is no sign of absence.
    expect(await redfish()).not.toBe('ECONNREFUSED')
    expect(rack.node('n1').machine.run()?.id).toBe(run)
    expect(rack.node('n1').commands).toMatchObject([{ action: 'ResetBmc', face: 'ipmi' }])
  })
})
