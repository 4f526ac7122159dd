import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBootFlags, setBootFlags } from '#lib/ipmi/boot/set.ts'
import type { BootDevice } from '#lib/ipmi/commands/boot.ts'
import { openSession } from '#lib/ipmi/connect.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { chassisControl, isInstalled, startIpmiSim, type IpmiSim } from './ipmi-sim.ts'

// Boot options: what we set at BMCs that others wrote, read by ipmitool; and what ipmitool sets at ours.

const run = promisify(execFile)
const environment = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, TZ: 'UTC', LC_ALL: 'C' }
type Bmc = { host: string; port: number; username: string; password: string }

const runIpmitool = ({ host, port, username, password }: Bmc, args: readonly string[]) =>
  run('ipmitool', ['-I', 'lanplus', '-C', '3', '-H', host, '-p', String(port), '-U', username, '-P', password, ...args], { env: environment, timeout: 60_000 })

const ipmitool = async (bmc: Bmc, ...args: string[]): Promise<string> => (await runIpmitool(bmc, args)).stdout

/** What it complains of: of a refused `bootdev` with the exit code of success. */
const complaintOf = (bmc: Bmc, ...args: string[]): Promise<string> =>
  runIpmitool(bmc, args).then(
    ({ stderr }) => stderr,
    ({ stderr }: { stderr: string }) => stderr,
  )

async function setAndRead(bmc: Bmc, device: BootDevice, isPersistent = false) {
  const session = await openSession(bmc)
  try {
    await setBootFlags(session, { isValid: device !== 'none', isPersistent, isEfi: false, device })
    return await readBootFlags(session)
  } finally {
    await session.close()
  }
}

/** Each by the word that ipmitool has for it. */
const devices: readonly [BootDevice, RegExp][] = [
  ['pxe', /Force PXE/],
  ['disk', /Force Boot from default Hard-Drive/],
  ['cd', /Force Boot from CD\/DVD/],
  ['setup', /Force Boot into BIOS Setup/],
]

const hasPyghmi = isInstalled('fakebmc', 'ipmitool')

describe.skipIf(!hasPyghmi)(`pyghmi's BMC, set by us and read by ipmitool${hasPyghmi ? '' : ' (skipped: fakebmc or ipmitool is not installed)'}`, () => {
  const bmc: Bmc = { host: '127.0.0.1', port: 16_951, username: 'admin', password: 'password' }
  let child: ChildProcess
  beforeAll(async () => {
    child = spawn('fakebmc', ['--port', String(bmc.port)], { stdio: 'ignore' })
    for (let tries = 0; tries < 20 && !(await ipmitool(bmc, 'chassis', 'power', 'status').then(() => true, () => false)); tries++) await delay(500)
  })
  afterAll(() => void child?.kill('SIGKILL'))

  test.each(devices)('%s', async (device, words) => {
    expect(await setAndRead(bmc, device)).toMatchObject({ isValid: true, device })
    expect(await ipmitool(bmc, 'chassis', 'bootparam', 'get', '5')).toMatch(words)
  })
})

const hasSim = isInstalled('ipmi_sim', 'ipmitool')

describe.skipIf(!hasSim)(`OpenIPMI's BMC, set by us and read by ipmitool${hasSim ? '' : ' (skipped: ipmi_sim or ipmitool is not installed)'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'boot-sim-'))
  let sim: IpmiSim
  let bmc: Bmc
  beforeAll(async () => {
    sim = await startIpmiSim('127.0.0.1', 16_952, [chassisControl(folder)])
    bmc = { ...sim, username: 'admin', password: 'admin' }
  })
  afterAll(async () => {
    await sim?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('the device gets through, though it calls no flag valid', async () => {
    expect(await setAndRead(bmc, 'pxe')).toMatchObject({ isValid: false, device: 'pxe', isKept: undefined })
    expect(await ipmitool(bmc, 'chassis', 'bootparam', 'get', '5')).toMatch(/Boot Flag Invalid[\s\S]*Force PXE/)
  })
})

describe.skipIf(!hasSim)(`OpenIPMI's BMC without chassis_control, as the real-node rig has it${hasSim ? '' : ' (skipped: ipmi_sim or ipmitool is not installed)'}`, () => {
  let sim: IpmiSim
  let bmc: Bmc
  beforeAll(async () => {
    sim = await startIpmiSim('127.0.0.1', 16_953)
    bmc = { ...sim, username: 'admin', password: 'admin' }
  })
  afterAll(() => sim?.stop())

  test('refuses its boot flags to ipmitool with CCh as to us, set or read, whatever they are', async () => {
    for (const isPersistent of [false, true]) await expect(setAndRead(bmc, 'pxe', isPersistent)).rejects.toMatchObject({ kind: 'completion-code', completionCode: 0xcc })
    expect(await complaintOf(bmc, 'chassis', 'bootdev', 'pxe')).toMatch(/Set Chassis Boot Parameter 5 failed: Invalid data field in request/)
    // Alone, and without a bit of ours: the flags as ipmitool spells them, no flag valid, and a read of them.
    for (const bytes of ['08 05 80 04 00 00 00', '08 05 00 00 00 00 00', '09 05 00 00']) {
      expect(await complaintOf(bmc, 'raw', '0x00', ...bytes.split(' ').map((byte) => `0x${byte}`)), bytes).toMatch(/rsp=0xcc/)
    }
  })
})

describe.skipIf(!isInstalled('ipmitool'))('our simulated BMC, set and read by ipmitool', () => {
  let rack: Rack
  const node = () => rack.node('n1')
  const bmc = (): Bmc => ({ host: '127.0.0.1', port: node().ipmi!.port, username: 'admin', password: 'secret' })
  beforeAll(async () => {
    rack = await startRack({ nodes: [{ name: 'n1', make: 'inspur', persona: 'healthy', protocol: 'ipmi', faces: ['ipmi'] }] })
  })
  afterAll(() => rack?.close())

  test.each([
    ['pxe', [], { enabled: 'once', target: 'pxe', mode: 'legacy' }],
    ['disk', ['options=persistent,efiboot'], { enabled: 'always', target: 'disk' }],
    ['cdrom', ['options=efiboot'], { enabled: 'once', target: 'cd', mode: 'uefi' }],
    ['bios', [], { enabled: 'once', target: 'setup' }],
    ['diag', [], { enabled: 'once', target: 'diagnostics' }],
  ] as const)('bootdev %s', async (device, options, override) => {
    await ipmitool(bmc(), 'chassis', 'bootdev', device, ...options)
    expect(node().machine.bootOverride()).toMatchObject(override)
  })

  test('bootparam get tells the flags, who has not seen them, and that nobody is setting them any more', async () => {
    await ipmitool(bmc(), 'chassis', 'bootdev', 'pxe', 'options=efiboot')
    expect(await ipmitool(bmc(), 'chassis', 'bootparam', 'get', '5')).toMatch(/a004000000[\s\S]*Boot Flag Valid[\s\S]*BIOS EFI boot[\s\S]*Force PXE/)
    expect(await ipmitool(bmc(), 'chassis', 'bootparam', 'get', '0')).toMatch(/set complete/)
    expect(await ipmitool(bmc(), 'chassis', 'bootparam', 'get', '3')).toMatch(/Boot parameter data: 00/)
    expect(await ipmitool(bmc(), 'chassis', 'bootparam', 'get', '4')).toMatch(/Boot parameter data: 0001/)
  })

  test('what we set reads as valid, kept past a minute, and without an override afterwards', async () => {
    expect(await setAndRead(bmc(), 'cd', true)).toEqual({ isValid: true, isPersistent: true, isEfi: false, device: 'cd', isKept: true })
    expect(await ipmitool(bmc(), 'chassis', 'bootparam', 'get', '5')).toMatch(/Boot Flag Valid[\s\S]*all future boots[\s\S]*CD\/DVD/)
    await setAndRead(bmc(), 'none')
    expect(await ipmitool(bmc(), 'chassis', 'bootparam', 'get', '5')).toMatch(/Boot Flag Invalid/)
  })
})
