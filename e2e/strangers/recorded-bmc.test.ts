import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { coldReset } from '#lib/ipmi/commands/app.ts'
import { getSensorReading } from '#lib/ipmi/commands/sensor.ts'
import { openSession } from '#lib/ipmi/connect.ts'
import { IpmiError } from '#lib/ipmi/errors.ts'
import { decodeFru } from '#lib/ipmi/fru/decode.ts'
import { readFru } from '#lib/ipmi/fru/read.ts'
import type { Sender } from '#lib/ipmi/sdr/repository.ts'
import { recordedSender } from '#lib/ipmi/testing/recorded-sender.ts'
import { analogLines, ourAnalogLines, recordedServers, rigsFolder, serversFolder } from '#lib/ipmi/testing/recordings.ts'
import { freeUdpPort } from './ipmi-sim.ts'
import { excuses, otherNames } from './recorded-differences.ts'
import { compareFrus, fruTools, recordedFrus, type RecordedFru } from './recorded-frus.ts'
import { compareSensors, judge, readRecordedSensors, tools } from './recorded-servers.ts'

// Our decoders against what ipmitool and FreeIPMI printed of eight real servers: from the recorded bytes, and asked of OpenIPMI's simulator
// that serves them. recorded-differences.ts tells where we say something else, and why.

const rig = join(rigsFolder, 'recorded-bmc')
const servers = recordedServers()
if (servers.length === 0) console.log('skipped: no recordings')
const isLive = existsSync(rig) && servers.length > 0
if (!isLive) console.log(`skipped: no rig at ${rig}, or no recordings`)

const credentials = { username: 'admin', password: 'secret' }

const equal = { unexcused: [], needless: [] }

async function judgeSensors(server: string, sender: Sender) {
  const sensors = await readRecordedSensors(sender)
  return judge(server, tools, tools.flatMap((tool) => compareSensors(tool, server, sensors)))
}

const judgeFrus = (server: string, frus: readonly RecordedFru[]) => judge(server, fruTools, fruTools.flatMap((tool) => compareFrus(tool, server, frus)))

describe.skipIf(servers.length === 0)('recorded servers, decoded', () => {
  test.each(servers)('%s: every sensor is what ipmitool and FreeIPMI print', async (server) => {
    expect(await judgeSensors(server, recordedSender(server))).toEqual(equal)
  })

  test.each(servers)('%s: every FRU is what ipmitool prints, its multi-records what FreeIPMI prints', (server) => {
    expect(judgeFrus(server, recordedFrus(server))).toEqual(equal)
  })

  test('every excuse is of a server that there is, and every other name is used', () => {
    const known = new Set(servers)
    expect(excuses.flatMap(({ where }) => Object.keys(where)).filter((server) => !known.has(server))).toEqual([])
    const printed = servers.map((server) => readFileSync(join(serversFolder, server, 'freeipmi-sensors.csv'), 'utf8')).join('')
    expect(Object.keys(otherNames.type).filter((name) => !printed.includes(`,${name},`))).toEqual([])
    expect(Object.keys(otherNames.events).filter((name) => !printed.includes(`'${name}'`))).toEqual([])
  })
})

async function withSession<Result>(port: number, use: (session: Sender) => Promise<Result>): Promise<Result> {
  const session = await openSession({ host: '127.0.0.1', port, ...credentials })
  try {
    return await use(session)
  } finally {
    await session.close()
  }
}

/** A FRU that the BMC does not have is not printed by the tools either. */
async function readFrus(session: Sender, ids: readonly number[]): Promise<readonly RecordedFru[]> {
  const frus: RecordedFru[] = []
  for (const id of ids) {
    try {
      frus.push({ id, fru: decodeFru(await readFru(session, id)) })
    } catch (error) {
      if (!(error instanceof IpmiError) || error.completionCode === undefined) throw error
    }
  }
  return frus
}

function hasIpmitool(): boolean {
  try {
    execFileSync('ipmitool', ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(!isLive)('recorded servers as live BMCs', () => {
  let folder = ''
  const ports = new Map<string, number>()
  const portOf = (server: string) => ports.get(server)!

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'recorded-bmc-'))
    for (const server of servers) {
      ports.set(server, await freeUdpPort())
      execFileSync(rig, ['start', server, String(portOf(server)), folder])
    }
  }, 120_000)

  afterAll(() => {
    execFileSync(rig, ['stop', folder])
    rmSync(folder, { recursive: true, force: true })
  })

  test.each(servers)('%s: every sensor is what ipmitool and FreeIPMI print', async (server) => {
    expect(await withSession(portOf(server), (session) => judgeSensors(server, session))).toEqual(equal)
  })

  test.each(servers)('%s: every FRU is what ipmitool prints, its multi-records what FreeIPMI prints', async (server) => {
    const ids = recordedFrus(server).map(({ id }) => id)
    expect(judgeFrus(server, await withSession(portOf(server), (session) => readFrus(session, ids)))).toEqual(equal)
  })

  test('the BMC passes on what is asked of another controller, and says when there is none', async () => {
    await withSession(portOf('s2600kp'), async (session) => {
      // The node manager's two sensors as recorded: 98 and 99 counts.
      for (const [number, raw] of [[0x34, 98], [0x35, 99]] as const) {
        expect(await session.send(getSensorReading, { number, lun: 0 }, { to: { address: 0x2c, channel: 0 } })).toMatchObject({ raw, isScanning: true })
      }
      await expect(session.send(getSensorReading, { number: 0x17, lun: 0 }, { to: { address: 0x2c, channel: 0 } })).rejects.toMatchObject({ completionCode: 0xcc })
      await expect(session.send(getSensorReading, { number: 0x34, lun: 0 }, { to: { address: 0x2c, channel: 6 } })).rejects.toThrow(/Send Message/)
      await expect(session.send(coldReset, undefined, { to: { address: 0x2c, channel: 0 } })).rejects.toMatchObject({ kind: 'invalid-argument' })
      expect((await session.send(getSensorReading, { number: 0x20, lun: 0 })).isScanning).toBe(true)
    })
  })

  test.skipIf(!hasIpmitool())('ipmitool, asked at the same time, says the same', async () => {
    const port = portOf(servers[0]!)
    const command = ['-I', 'lanplus', '-C', '3', '-H', '127.0.0.1', '-p', String(port), '-U', credentials.username, '-P', credentials.password]
    const theirs = analogLines(execFileSync('ipmitool', [...command, 'sensor', 'list'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
    expect(theirs.length).toBeGreaterThan(5)
    expect(ourAnalogLines(await withSession(port, readRecordedSensors))).toEqual(theirs)
  })

  test('a wrong password, an unknown user and a closed port are three different errors', async () => {
    const port = portOf(servers[0]!)
    const target = { host: '127.0.0.1', port, ...credentials }
    const address = `127.0.0.1:${port}`
    await expect(openSession({ ...target, password: 'wrong' })).rejects.toMatchObject({ kind: 'wrong-password', address })
    await expect(openSession({ ...target, username: 'nobody' })).rejects.toMatchObject({ kind: 'wrong-user', address })
    await expect(openSession({ ...target, port: 9 })).rejects.toMatchObject({ kind: 'refused', address: '127.0.0.1:9' })
  })
})
