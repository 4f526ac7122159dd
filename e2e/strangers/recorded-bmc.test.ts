import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSession } from '#lib/ipmi/connect.ts'
import { decodeSdrs } from '#lib/ipmi/sdr/record.ts'
import { readSdrRepository } from '#lib/ipmi/sdr/repository.ts'
import { readSensors, type SensorValue } from '#lib/ipmi/sensor/read.ts'
import { analogLines, expectedAnalogLines, ourAnalogLines, recordedServers, rigsFolder } from '#lib/ipmi/testing/recordings.ts'

// Our client against OpenIPMI's simulator with the records of real servers: what ipmitool prints of them is the truth.

const rig = join(rigsFolder, 'recorded-bmc')
const servers = recordedServers()
const isPossible = existsSync(rig) && servers.length > 0
if (!isPossible) console.log(`skipped: no rig at ${rig}, or no recordings`)

/** Of this process alone, since several copies of the tests may run on one machine. */
const firstPort = 20_000 + (process.pid % 4_000) * 10
const credentials = { username: 'admin', password: 'secret' }

async function readAll(port: number): Promise<readonly SensorValue[]> {
  const session = await openSession({ host: '127.0.0.1', port, ...credentials })
  try {
    const { records, problems } = decodeSdrs((await readSdrRepository(session)).raw)
    expect(problems).toEqual([])
    return await readSensors(session, records)
  } finally {
    await session.close()
  }
}

function hasIpmitool(): boolean {
  try {
    execFileSync('ipmitool', ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(!isPossible)('recorded servers as live BMCs', () => {
  let folder = ''

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'recorded-bmc-'))
    servers.forEach((server, index) => execFileSync(rig, ['start', server, String(firstPort + index), folder]))
  }, 120_000)

  afterAll(() => {
    execFileSync(rig, ['stop', folder])
    rmSync(folder, { recursive: true, force: true })
  })

  test.each(servers.map((server, index) => ({ server, port: firstPort + index })))(
    '$server: every analogue sensor has ipmitool’s value, unit, state and thresholds, and no other has a value',
    async ({ server, port }) => {
      const expected = expectedAnalogLines(server)
      expect(expected.length).toBeGreaterThan(5)
      expect(ourAnalogLines(await readAll(port))).toEqual(expected)
    },
    60_000,
  )

  test.skipIf(!hasIpmitool())('ipmitool, asked at the same time, says the same', async () => {
    const port = firstPort
    const command = ['-I', 'lanplus', '-C', '3', '-H', '127.0.0.1', '-p', String(port), '-U', credentials.username, '-P', credentials.password]
    const theirs = analogLines(execFileSync('ipmitool', [...command, 'sensor', 'list'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
    expect(ourAnalogLines(await readAll(port))).toEqual(theirs)
  }, 60_000)

  test('a wrong password, an unknown user and a closed port are three different errors', async () => {
    const target = { host: '127.0.0.1', port: firstPort, ...credentials }
    const address = `127.0.0.1:${firstPort}`
    await expect(openSession({ ...target, password: 'wrong' })).rejects.toMatchObject({ kind: 'wrong-password', address })
    await expect(openSession({ ...target, username: 'nobody' })).rejects.toMatchObject({ kind: 'wrong-user', address })
    await expect(openSession({ ...target, port: 9 })).rejects.toMatchObject({ kind: 'refused', address: '127.0.0.1:9' })
  })
})
