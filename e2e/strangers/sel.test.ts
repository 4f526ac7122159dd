import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSession } from '#lib/ipmi/connect.ts'
import { describeSelRecord } from '#lib/ipmi/sel/describe.ts'
import { clearSel, readSel, type ReadSelOptions, type SelReading } from '#lib/ipmi/sel/read.ts'
import { isInstalled, startIpmiSim, type IpmiSim } from './ipmi-sim.ts'

// Our reading of a log in OpenIPMI's simulator against what ipmitool and FreeIPMI say of the same records.

const run = promisify(execFile)
const environment = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, TZ: 'UTC', LC_ALL: 'C' }

/** Sensor type, event type, event data 1 to 3. */
type Event = readonly [sensorType: number, eventType: number, data1: number, data2: number, data3: number]

/** How many offsets the tables have: of the generic event types (42-2), then of the sensor types (42-3). */
const genericOffsets: Record<number, number> = { 0x01: 12, 0x02: 3, 0x03: 2, 0x04: 2, 0x05: 2, 0x06: 2, 0x07: 9, 0x08: 2, 0x09: 2, 0x0a: 9, 0x0b: 8, 0x0c: 4 }
const specificOffsets: Record<number, number> = {
  0x05: 7, 0x06: 6, 0x07: 13, 0x08: 8, 0x09: 8, 0x0c: 11, 0x0d: 9, 0x0f: 3, 0x10: 7, 0x11: 8, 0x12: 6, 0x13: 12, 0x14: 5, 0x19: 2, 0x1b: 2,
  0x1d: 8, 0x1e: 5, 0x1f: 11, 0x20: 6, 0x21: 10, 0x22: 15, 0x23: 4, 0x24: 4, 0x25: 3, 0x27: 2, 0x28: 6, 0x29: 3, 0x2a: 4, 0x2b: 8, 0x2c: 8,
}

function eventsOf(table: Record<number, number>, toEvent: (type: number, offset: number) => Event): Event[] {
  return Object.entries(table).flatMap(([type, count]) => Array.from({ length: count }, (_, offset) => toEvent(Number(type), offset)))
}

const plainEvents: readonly Event[] = [
  ...eventsOf(genericOffsets, (type, offset) => [type === 0x01 ? 0x01 : 0x15, type, offset, 0xff, 0xff]),
  ...eventsOf(specificOffsets, (type, offset) => [type, 0x6f, offset, 0xff, 0xff]),
]

/** Events whose data 2 and 3 mean something, with what FreeIPMI says of them and what we do. */
const detailed: readonly { event: Event; free: string; ours: string }[] = [
  { event: [0x0f, 0x6f, 0xc0, 0x01, 0xff], free: 'No system memory is physically installed', ours: 'no system memory is installed' },
  { event: [0x0f, 0x6f, 0xc0, 0x0d, 0xff], free: 'CPU speed matching failure', ours: 'CPU speed matching failure' },
  { event: [0x0f, 0x6f, 0xc2, 0x13, 0xff], free: 'Starting operating system boot process', ours: 'starting operating system boot process' },
  { event: [0x0f, 0x6f, 0xc1, 0x07, 0xff], free: 'PCI resource configuration', ours: 'PCI resource configuration' },
  { event: [0x1d, 0x6f, 0xf7, 0x0b, 0x01], free: 'power-up via RTC', ours: 'power-up by the clock, channel 1' },
  { event: [0x1d, 0x6f, 0xc7, 0x04, 0xff], free: 'Watchdog expiration', ours: 'watchdog expired' },
  { event: [0x23, 0x6f, 0xc1, 0x13, 0xff], free: 'Timer use at expiration = OS Load ; Interrupt type = SMI', ours: 'OS load, SMI' },
  { event: [0x23, 0x6f, 0xc0, 0x04, 0xff], free: 'Timer use at expiration = SMS/OS ; Interrupt type = none', ours: 'SMS/OS' },
  { event: [0x2b, 0x6f, 0xc1, 0x02, 0xff], free: 'management controller firmware revision', ours: 'management controller firmware revision' },
  { event: [0x2b, 0x6f, 0xc7, 0x09, 0xff], free: 'system firmware (EFI/BIOS) change', ours: 'system firmware (EFI/BIOS)' },
  { event: [0x28, 0x6f, 0xc4, 0x22, 0xff], free: 'Sensor Number #34', ours: 'sensor 22h' },
  { event: [0x12, 0x6f, 0xc5, 0x80, 0xff], free: 'SEL Timestamp Clock updated', ours: 'SEL clock, after the change' },
  { event: [0x12, 0x6f, 0xc3, 0x00, 0xff], free: 'Log entry action = entry added ; Log Type = MCA log', ours: 'entry added, MCA log' },
  { event: [0x0c, 0x6f, 0x30, 0xff, 0x03], free: 'Event Data3 = 03h', ours: 'module 3' },
  { event: [0x08, 0x6f, 0x36, 0xff, 0x02], free: 'Processor missing', ours: 'processor missing or mismatched' },
  { event: [0x10, 0x6f, 0x35, 0xff, 0x4b], free: '75% full', ours: '75 % full' },
  { event: [0x21, 0x6f, 0xf0, 0x07, 0x03], free: 'DIMM/memory device ; Slot/Connector #3', ours: 'DIMM, number 3' },
  { event: [0x21, 0x6f, 0xf0, 0x09, 0x02], free: 'PCI Express ; Slot/Connector #2', ours: 'PCI Express slot, number 2' },
  { event: [0x2a, 0x6f, 0xf1, 0x02, 0x21], free: 'activated/deactivated = 1 ; Session deactivated by timeout', ours: 'user 2, channel 1, timed out' },
  { event: [0x2a, 0x6f, 0xf0, 0x02, 0x01], free: 'activated session #2', ours: 'user 2, channel 1' },
  { event: [0x2c, 0x6f, 0xc4, 0x31, 0xff], free: 'Previous State = FRU Inactive', ours: 'was Inactive, hot swap push button' },
  { event: [0x19, 0x6f, 0xf0, 0x00, 0x05], free: 'Requested power state = S0/G0', ours: 'asked for S0/G0: working, was S5/G2: soft-off' },
  { event: [0x05, 0x6f, 0xc4, 0x01, 0xff], free: 'Network controller #1', ours: 'network controller 1' },
  { event: [0x10, 0x6f, 0xc0, 0x06, 0xff], free: 'Memory module/device #6', ours: 'module 6' },
  { event: [0x28, 0x6f, 0xf5, 0x80, 0x04], free: 'FRU Device ID/Slave Address #4', ours: 'FRU 4' },
]

/** ipmitool's words for the same, where they are not ours. */
const otherWords: Record<string, string> = {
  'System unplugged from LAN': 'LAN leash lost',
  'Front Panel Lockout violation attempted': 'Secure mode violation attempt',
  'Pre-boot password violation - user password': 'Pre-boot user password violation',
  'Pre-boot password violation - setup password': 'Pre-boot setup password violation',
  'Pre-boot password violation - network boot password': 'Pre-boot network boot password violation',
  'FRB3/Processor startup/init failure': 'FRB3/Processor startup failure',
  'SM BIOS Uncorrectable CPU-complex Error': 'Uncorrectable CPU-complex error',
  'Config Error': 'Configuration error',
  'Power Supply Inactive': 'Inactive',
  'Unknown Error': 'System firmware error',
  'Unknown Hang': 'System firmware hang',
  'Unknown Progress': 'System firmware progress',
  'Log area reset/cleared': 'Log area reset or cleared',
  'NMI/Diag Interrupt': 'Front Panel NMI/Diagnostic Interrupt',
  'FRU Latch': 'FRU Latch open',
  'Error during system startup': 'Critical stop during OS load',
  'PEF initiated soft shutdown': 'Soft shutdown by platform management',
  'Platform generated SNMP trap, OEM format': 'Platform generated SNMP trap',
}

/** For these ipmitool prints nothing. */
const wordless: ReadonlySet<string> = new Set([
  'Correctable machine check error logging disabled',
  'Unspecified',
  'Session Activated',
  'Session Deactivated',
  'Invalid Username or Password',
  'Invalid password disable',
  'Firmware or software change detected',
  'Firmware or software change success',
])

const simplify = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim()

const sentence = (event: Event) => `${['0x04', ...[event[0], 0, event[1], event[2], event[3], event[4]].map((byte) => `0x${byte.toString(16)}`)].join(' ')} # e\n`

const tools = ['ipmi_sim', 'ipmitool']
const isPossible = isInstalled(...tools)

describe.skipIf(!isPossible)(`the log of ipmi_sim${isPossible ? '' : ` (skipped: needs ${tools.join(' and ')})`}`, () => {
  const port = 20_000 + (process.pid % 10_000)
  let sim: IpmiSim
  let folder = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sel-test-'))
    sim = await startIpmiSim('127.0.0.1', port)
  })
  afterAll(async () => {
    await sim?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const ipmitool = async (...args: string[]) => {
    const target = ['-I', 'lanplus', '-C', '3', '-H', sim.host, '-p', String(sim.port), '-U', 'admin', '-P', 'admin']
    return (await run('ipmitool', [...target, ...args], { env: environment, timeout: 60_000, maxBuffer: 16 << 20 })).stdout
  }

  async function add(events: readonly Event[]): Promise<void> {
    const file = join(folder, 'events.txt')
    writeFileSync(file, events.map(sentence).join(''))
    await ipmitool('sel', 'add', file)
  }

  async function ask<T>(act: (session: Awaited<ReturnType<typeof openSession>>) => Promise<T>): Promise<T> {
    const session = await openSession({ host: sim.host, port: sim.port, username: 'admin', password: 'admin' })
    try {
      return await act(session)
    } finally {
      await session.close()
    }
  }

  const read = (options: ReadSelOptions = {}): Promise<SelReading> => ask((session) => readSel(session, options))
  const wordsOf = (reading: SelReading) => reading.records.map((record) => describeSelRecord(record, []))

  test('every generic and sensor-specific event says what ipmitool says', async () => {
    await ask((session) => clearSel(session))
    await add(plainEvents)
    const reading = await read()
    const theirs = (await ipmitool('sel', 'list')).trim().split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
    expect(reading.records).toHaveLength(plainEvents.length)
    expect(theirs).toHaveLength(plainEvents.length)
    const ours = wordsOf(reading)
    const different = theirs.flatMap((cells, index) => {
      const [theirText, ourText] = [cells[4] ?? '', ours[index]!.text]
      const isMute = theirText === '' && wordless.has(ourText)
      const isSame = isMute || simplify(theirText) === simplify(ourText) || otherWords[theirText] === ourText
      return isSame ? [] : [`${plainEvents[index]!.map((byte) => byte.toString(16)).join(' ')}: «${theirText}» «${ourText}»`]
    })
    expect(different).toEqual([])
    expect(ours.every(({ hasUnexplained, isAsserted }) => !hasUnexplained && isAsserted === true)).toBe(true)
  }, 60_000)

  test('new records are read alone; a cleared log is noticed, also when it has grown again', async () => {
    await ask((session) => clearSel(session))
    await add(plainEvents.slice(0, 5))
    const first = await read()
    expect([first.records.length, first.wasCleared, first.isComplete]).toEqual([5, false, true])
    const since = first.cursor!
    await add(plainEvents.slice(5, 7))
    const second = await read({ since })
    expect([second.records.length, second.wasCleared]).toEqual([2, false])
    expect(second.records.map(({ raw }) => [raw[10], raw[12], raw[13]])).toEqual(plainEvents.slice(5, 7).map(([type, event, data1]) => [type, event, data1]))
    expect((await read({ since: second.cursor! })).records).toEqual([])

    await ask((session) => clearSel(session))
    const empty = await read({ since: second.cursor! })
    expect([empty.records.length, empty.wasCleared, empty.cursor]).toEqual([0, true, undefined])
    await add(plainEvents.slice(20, 29))
    const anew = await read({ since: second.cursor! })
    expect([anew.records.length, anew.wasCleared]).toEqual([9, true])
  }, 60_000)

  test('a reading of limited length goes on in the next', async () => {
    await ask((session) => clearSel(session))
    await add(plainEvents.slice(0, 10))
    const first = await read({ limit: 4 })
    expect([first.records.length, first.isComplete]).toEqual([4, false])
    const second = await read({ since: first.cursor!, limit: 4 })
    const third = await read({ since: second.cursor!, limit: 4 })
    expect([second.records.length, third.records.length, third.isComplete]).toEqual([4, 2, true])
  }, 60_000)
})

const freeTools = ['ipmi_sim', 'ipmitool', 'ipmi-sel']
const hasFree = isInstalled(...freeTools)

// FreeIPMI only knows port 623, which takes root; and only IPMI 1.5 works between it and ipmi_sim.
describe.skipIf(!hasFree)(`event data in FreeIPMI’s words${hasFree ? '' : ` (skipped: needs ${freeTools.join(', ')})`}`, () => {
  const host = `127.0.${91 + (process.pid % 100)}.91`
  let sim: IpmiSim | undefined
  let folder = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sel-test-'))
    if (process.getuid?.() === 0) sim = await startIpmiSim(host, 623)
  })
  afterAll(async () => {
    await sim?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('data 2 and 3 mean the same', async (context) => {
    context.skip(sim === undefined, 'skipped: port 623 needs root')
    const file = join(folder, 'events.txt')
    writeFileSync(file, detailed.map(({ event }) => sentence(event)).join(''))
    await run('ipmitool', ['-I', 'lanplus', '-C', '3', '-H', host, '-U', 'admin', '-P', 'admin', 'sel', 'add', file], { env: environment })
    const credentials = ['-D', 'LAN', '-h', host, '-u', 'admin', '-p', 'admin', '-l', 'ADMIN']
    const { stdout } = await run('ipmi-sel', [...credentials, '--ignore-sdr-cache', '--no-header-output'], { env: environment, timeout: 60_000 })
    const theirs = stdout.trim().split('\n')
    expect(theirs).toHaveLength(detailed.length)
    const session = await openSession({ host, port: 623, username: 'admin', password: 'admin' })
    const { records } = await readSel(session).finally(() => session.close())
    detailed.forEach(({ free, ours }, index) => {
      expect(theirs[index]).toContain(free)
      expect(describeSelRecord(records[index]!, []).details.join(', ')).toBe(ours)
    })
  }, 60_000)
})
