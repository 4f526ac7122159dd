import { describe, expect, test } from 'vitest'
import { decodeFullSensor } from '../sdr/sensor-record.ts'
import type { SdrRecord } from '../sdr/record.ts'
import { describeSelRecord } from './describe.ts'
import { decodeSelRecord } from './record.ts'

/** A temperature sensor: number 30h of the BMC, one degree per count, unsigned, named "CPU1 Temp". */
function temperatureSensor(): SdrRecord {
  const name = Buffer.from('CPU1 Temp')
  const record = Buffer.alloc(48 + name.length)
  record.set([0x07, 0x00, 0x51, 0x01, record.length - 5], 0)
  // Owner 20h, LUN 0, number 30h.
  record.set([0x20, 0x00, 0x30], 5)
  // Sensor type temperature, thresholds.
  record.set([0x01, 0x01], 12)
  // Unsigned, degrees C; linear; M = 1.
  record.set([0x00, 0x01, 0x00, 0x00, 0x01], 20)
  record[47] = 0xc0 | name.length
  name.copy(record, 48)
  return decodeFullSensor(record)
}

/** 16 bytes from hexadecimal with blanks. */
const recordOf = (hex: string) => decodeSelRecord(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const describeHex = (hex: string, records: readonly SdrRecord[] = []) => describeSelRecord(recordOf(hex), records)

describe('system events', () => {
  test('a threshold event has its reading and limit in the unit of the sensor', () => {
    // Id 1, type 02h, 2026-11-23 12:00:00 UTC, generator 20h, format 04h, temperature 30h, thresholds, 57h: upper
    // non-critical going high with trigger reading 5Ah and limit 55h.
    const record = recordOf('01 00 02 C0 E2 03 6A 20 00 04 01 30 01 57 5A 55')
    expect(record).toMatchObject({ kind: 'event', recordId: 1, isAsserted: true, time: { kind: 'utc' } })
    expect(describeSelRecord(record, [temperatureSensor()])).toEqual({
      text: 'Upper Non-critical going high',
      details: [],
      severity: 'warning',
      isAsserted: true,
      sensorName: 'CPU1 Temp',
      sensorType: 'Temperature',
      trigger: { value: 90, threshold: 85, unit: 'degrees C' },
      hasUnexplained: false,
    })
  })

  test('the same going away is no trouble; without the SDR there is no value', () => {
    // Bit 7 of the event type: deasserted.
    const gone = describeHex('02 00 02 C0 E2 03 6A 20 00 04 01 30 81 57 50 55')
    expect(gone).toMatchObject({ severity: 'ok', isAsserted: false, trigger: undefined, sensorName: undefined })
  })

  test('a sensor of the same number but another type lends no name', () => {
    expect(describeHex('02 00 02 C0 E2 03 6A 20 00 04 0C 30 6F 00 FF FF', [temperatureSensor()]).sensorName).toBeUndefined()
  })

  test('data 1 decides whether data 2 and 3 mean anything', () => {
    // Memory: A0h says that both bytes are the maker's (Supermicro X10), 30h that byte 3 is by table, 00h that neither is anything.
    expect(describeHex('03 00 02 C0 E2 03 6A 20 00 04 0C 00 6F A0 2A 80')).toMatchObject({
      text: 'Correctable ECC',
      details: ['data 2: 2Ah', 'data 3: 80h'],
      hasUnexplained: true,
    })
    expect(describeHex('03 00 02 C0 E2 03 6A 20 00 04 0C 00 6F 31 FF 02')).toMatchObject({
      text: 'Uncorrectable ECC',
      details: ['module 2'],
      severity: 'critical',
      hasUnexplained: false,
    })
    expect(describeHex('03 00 02 C0 E2 03 6A 20 00 04 0C 00 6F 00 2A 80').details).toEqual([])
  })

  test('lost redundancy tells what was before', () => {
    // Fan, redundancy (0Bh), 41h: redundancy lost, data 2 low nibble 0: was fully redundant.
    expect(describeHex('04 00 02 C0 E2 03 6A 20 00 04 04 60 0B 41 F0 FF')).toMatchObject({
      text: 'Redundancy Lost',
      details: ['was Fully Redundant'],
      severity: 'critical',
    })
  })

  test('a pulled supply is a warning, though its event only went away', () => {
    expect(describeHex('05 00 02 C0 E2 03 6A 20 00 04 08 61 EF 00 FF FF')).toMatchObject({ text: 'Presence detected', severity: 'warning', isAsserted: false })
    expect(describeHex('05 00 02 C0 E2 03 6A 20 00 04 08 61 EF 03 FF FF')).toMatchObject({ text: 'Power Supply AC lost', severity: 'ok' })
  })

  test('what no table knows is shown as it is', () => {
    // Event type 7Eh is the maker's.
    expect(describeHex('06 00 02 C0 E2 03 6A 20 00 04 C1 10 7E 01 02 03')).toMatchObject({
      text: 'OEM event of type 7Eh',
      details: ['01 02 03'],
      sensorType: 'OEM',
      hasUnexplained: true,
    })
    expect(describeHex('06 00 02 C0 E2 03 6A 20 00 04 C1 10 6F 04 FF FF').text).toBe('State 4 of sensor type C1h')
  })
})

describe('times', () => {
  test.each([
    // FFFFFFFFh: unspecified; 0: never set; 3,774 s after the BMC's start; the first second that counts from 1970.
    ['FF FF FF FF', { kind: 'unknown' }],
    ['00 00 00 00', { kind: 'unknown' }],
    ['BE 0E 00 00', { kind: 'since-start', seconds: 3774 }],
    ['00 00 00 20', { kind: 'utc', at: new Date('1987-01-05T18:48:32Z') }],
    ['C0 2C 04 6A', { kind: 'utc', at: new Date(0x6a042cc0 * 1000) }],
  ])('%s', (bytes, time) => {
    expect(recordOf(`01 00 02 ${bytes} 20 00 04 0C 00 6F 00 FF FF`)).toMatchObject({ time })
  })
})

describe('OEM records', () => {
  test('C0h–DFh have a time and a manufacturer', () => {
    // Type DFh, Dell (674 = 2A2h), six bytes.
    const record = recordOf('07 00 DF C0 E2 03 6A A2 02 00 01 02 03 04 05 06')
    expect(record).toMatchObject({ kind: 'oem-timestamped', manufacturerId: 674, time: { kind: 'utc' } })
    expect(describeSelRecord(record, [])).toMatchObject({ text: 'OEM record DFh of manufacturer 674', details: ['01 02 03 04 05 06'], hasUnexplained: true })
  })

  test('E0h–FFh are thirteen bytes, other types unknown', () => {
    expect(describeHex('08 00 E1 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D')).toMatchObject({
      text: 'OEM record E1h',
      details: ['01 02 03 04 05 06 07 08 09 0A 0B 0C 0D'],
    })
    expect(recordOf('08 00 03 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D').kind).toBe('unknown')
  })

  test('fifteen bytes are no record', () => {
    expect(() => decodeSelRecord(Buffer.alloc(15))).toThrow(/SEL record is too short: 15 bytes/)
  })
})

test('any sixteen bytes give a text and bounded details', () => {
  // A fixed sequence, so that a failure can be repeated.
  let state = 0x1234_5678
  for (let round = 0; round < 5_000; round++) {
    const bytes = Buffer.from(Array.from({ length: 16 }, () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 24))
    if (round % 2 === 0) bytes[2] = 0x02
    const { text, details } = describeSelRecord(decodeSelRecord(bytes), [temperatureSensor()])
    expect(text).not.toBe('')
    expect(details.every((detail) => detail !== '' && !detail.includes('undefined'))).toBe(true)
  }
})
