import { describe, expect, test } from 'vitest'
import { IpmiError } from '../errors.ts'
import { decodeSdr, decodeSdrs } from '../sdr/record.ts'
import { readSdrRepository } from '../sdr/repository.ts'
import { recordedServers, expectedAnalogLines, ourAnalogLines } from '../testing/recordings.ts'
import { recordedSender, senderOf, type RawAnswer } from '../testing/recorded-sender.ts'
import type { Workaround } from '../workarounds.ts'
import { readSensors } from './read.ts'

const servers = recordedServers()

describe.skipIf(servers.length === 0)('recorded servers (skipped without recordings)', () => {
  test.each(servers)('%s: every analogue sensor has ipmitool’s value, unit and thresholds, and no other has a value', async (server) => {
    const sender = recordedSender(server)
    const { raw, problem } = await readSdrRepository(sender)
    const { records, problems } = decodeSdrs(raw)
    expect({ problem, problems }).toEqual({ problem: undefined, problems: [] })
    // The recording has no threshold states of its own, unlike the live simulator: the column is left out.
    const withoutState = (lines: readonly string[]) => lines.map((line) => line.split(' | ').toSpliced(3, 1).join(' | '))
    expect(withoutState(ourAnalogLines(await readSensors(sender, records)))).toEqual(withoutState(expectedAnalogLines(server)))
  })
})

/** Fan1 of a Dell R730: full sensor 30h on the BMC, unsigned, RPM, M = 120, tolerance 1. */
const fan = Buffer.from(
  [
    '0400 51 01 2f', // record 4, version 5.1, full sensor, 47 bytes follow
    '20 00 30', // owner 20h, LUN 0, sensor 30h
    '07 01', // system board 1
    '7f 68', // all initialised; thresholds readable and settable
    '04 01', // fan, threshold
    '0300 0300 0303', // masks: lower critical and non-critical
    '00 12 00', // unsigned, RPM, no modifier
    '00', // linear
    '78 02 00 00 00 00', // M 120, tolerance 2 half counts, B 0, exponents 0
    '00 00 00 00 ff 00', // characteristics, nominal, normal, range
    '00 00 00 00 03 05', // thresholds, upper non-recoverable first
    '00 00 00 00 00', // hysteresis, reserved, OEM
    'c4 46616e31', // 8-bit text, 4 characters: Fan1
  ]
    .join('')
    .replaceAll(' ', ''),
  'hex',
)

const fanWith = (change: (record: Buffer) => void) => {
  const record = Buffer.from(fan)
  change(record)
  record[4] = record.length - 5
  return decodeSdr(record)
}

const answering = (reading: RawAnswer, thresholds: RawAnswer = [0xcb]) => senderOf(({ cmd }) => (cmd === 0x2d ? reading : thresholds))

describe('one sensor', () => {
  test('value, tolerance, unit and thresholds', async () => {
    const [sensor] = await readSensors(answering([0, Buffer.of(0x20, 0xc0, 0x01)], [0, Buffer.of(0x03, 5, 3, 0, 0, 0, 0)]), decodeSdr(fan))
    expect(sensor).toEqual({
      recordId: 4,
      number: 0x30,
      name: 'Fan1',
      entity: { id: 7, instance: 1, isLogical: false },
      sensorType: 'Fan',
      kind: 'analog',
      value: 3840,
      tolerance: 120,
      unit: 'RPM',
      states: [],
      thresholds: { lowerNonCritical: 600, lowerCritical: 360 },
      thresholdState: 'non-critical',
      available: true,
    })
  })

  test('hysteresis is a distance, what is normal a value, and neither where the record does not say', async () => {
    const sender = answering([0, Buffer.of(0x20, 0xc0, 0)])
    // Flags: nominal and normal minimum; hysteresis 2 and FFh; B = 5 moves values and not distances.
    const [sensor] = await readSensors(sender, fanWith((record) => {
      record.set([0x05, 30, 99, 20], 30)
      record[26] = 5
      record.set([2, 0xff], 42)
    }))
    expect(sensor).toMatchObject({ normal: { nominal: 3605, minimum: 2405, maximum: undefined }, hysteresis: { positive: 240, negative: undefined } })
    const [plain] = await readSensors(sender, decodeSdr(fan))
    expect([plain?.normal, plain?.hysteresis]).toEqual([undefined, undefined])
  })

  test('without Get Sensor Thresholds those of the record count', async () => {
    const [sensor] = await readSensors(answering([0, Buffer.of(0x20, 0xc0, 0)]), decodeSdr(fan))
    expect(sensor?.thresholds).toEqual({ lowerNonCritical: 600, lowerCritical: 360 })
  })

  test('thresholds are asked for once', async () => {
    let asked = 0
    const sender = senderOf(({ cmd }) => {
      if (cmd === 0x27) asked++
      return cmd === 0x27 ? [0, Buffer.of(0x01, 5, 0, 0, 0, 0, 0)] : [0, Buffer.of(0x20, 0xc0, 0)]
    })
    const thresholds = new Map()
    for (let i = 0; i < 3; i++) await readSensors(sender, decodeSdr(fan), { thresholds })
    expect(asked).toBe(1)
  })

  test.each([
    { name: 'reading unavailable', reading: [0, Buffer.of(0x20, 0xe0, 0)], reason: 'the BMC has no reading' },
    { name: 'scanning disabled', reading: [0, Buffer.of(0x20, 0x80, 0)], reason: 'scanning is disabled' },
    { name: 'no such sensor', reading: [0xcb], reason: 'Get Sensor Reading: no such sensor, data or record (CBh)' },
    { name: 'an answer cut short', reading: [0, Buffer.of(0x20)], reason: /too short/ },
  ] as { name: string; reading: RawAnswer; reason: string | RegExp }[])('$name: no value, and why', async ({ reading, reason }) => {
    const [sensor] = await readSensors(answering(reading), decodeSdr(fan))
    expect(sensor).toMatchObject({ available: false, reason: typeof reason === 'string' ? reason : expect.stringMatching(reason) })
    expect(sensor?.value).toBeUndefined()
  })

  const withWorkaround = (sender: ReturnType<typeof answering>, name: Workaround) => ({ ...sender, workarounds: new Set([name]) })

  test('ignorescanningdisabled: a sensor that is said not to be scanned has its value', async () => {
    const sender = answering([0, Buffer.of(0x20, 0x80, 0)])
    expect((await readSensors(withWorkaround(sender, 'ignorescanningdisabled'), decodeSdr(fan)))[0]).toMatchObject({ available: true, value: 3840 })
  })

  test('assumebmcowner: the BMC itself is asked for a sensor of another controller, but for none of system software', async () => {
    const asked: unknown[] = []
    const sender = withWorkaround(
      senderOf(({ cmd }, _data, _lun, to) => {
        asked.push(to.address)
        return cmd === 0x2d ? [0, Buffer.of(0x20, 0xc0, 0)] : [0xcb]
      }),
      'assumebmcowner',
    )
    const ownedBy = (id: number) => readSensors(sender, fanWith((record) => record.set([id, 0x60], 5)))
    expect((await ownedBy(0x2c))[0]).toMatchObject({ available: true, value: 3840 })
    expect((await ownedBy(0x41))[0]).toMatchObject({ available: false, reason: 'the sensor belongs to system software' })
    expect(new Set(asked)).toEqual(new Set([0x20]))
  })

  test('discretereading is always so: a discrete sensor whose record has a unit has a number', async () => {
    const [sensor] = await readSensors(answering([0, Buffer.of(0x20, 0xc0, 0x01)]), fanWith((record) => record.set([0x6f], 13)))
    expect(sensor).toMatchObject({ kind: 'analog', value: 3840, unit: 'RPM' })
  })

  test('a sensor of another controller is asked through the BMC', async () => {
    const asked: unknown[] = []
    const answers = answering([0, Buffer.of(0x20, 0xc0, 0)])
    const sender: typeof answers = {
      send(command, request, options) {
        asked.push(options?.to)
        return answers.send(command, request)
      },
    }
    const [sensor] = await readSensors(sender, fanWith((record) => record.set([0x2c, 0x60], 5)))
    expect(sensor).toMatchObject({ available: true, value: 3840 })
    expect(asked).toEqual([{ address: 0x2c, channel: 6 }, { address: 0x2c, channel: 6 }])
  })

  test('one that does not answer is waited for once', async () => {
    let asked = 0
    const sender = senderOf(() => {
      asked++
      throw new IpmiError('timeout', 'no answer')
    })
    const silent = new Set<number>()
    const records = fanWith((record) => (record[5] = 0x2c))
    for (let i = 0; i < 3; i++) {
      const [sensor] = await readSensors(sender, records, { silent })
      expect(sensor).toMatchObject({ available: false, reason: 'the sensor belongs to another controller (2Ch), which does not answer' })
    }
    expect(asked).toBe(1)
    await expect(readSensors(sender, decodeSdr(fan), { silent })).rejects.toMatchObject({ kind: 'timeout' })
  })

  test('system software is not asked', async () => {
    const sender = senderOf(() => {
      throw new Error('asked')
    })
    const [sensor] = await readSensors(sender, fanWith((record) => (record[5] = 0xb1)))
    expect(sensor).toMatchObject({ available: false, reason: 'the sensor belongs to system software' })
  })

  test('a sensor on LUN 3 is asked there', async () => {
    const luns: number[] = []
    const sender = senderOf((_command, _data, lun) => {
      luns.push(lun)
      return [0, Buffer.of(0x20, 0xc0, 0, 0, 0, 0, 0)]
    })
    await readSensors(sender, fanWith((record) => (record[6] = 0x03)))
    expect(luns).toEqual([3, 3])
  })

  test('a non-linear sensor is converted with the factors of its reading', async () => {
    const sender = senderOf(({ cmd }) => {
      if (cmd === 0x23) return [0, Buffer.of(0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0xf0)]
      return cmd === 0x2d ? [0, Buffer.of(10, 0xc0, 0)] : [0xcb]
    })
    const [sensor] = await readSensors(sender, fanWith((record) => (record[23] = 0x70)))
    expect(sensor).toMatchObject({ value: 5, available: true })
  })

  test('a lost session is not a sensor’s reason', async () => {
    const sender = senderOf(() => {
      throw new IpmiError('session-lost', 'gone')
    })
    await expect(readSensors(sender, decodeSdr(fan))).rejects.toMatchObject({ kind: 'session-lost' })
  })
})
