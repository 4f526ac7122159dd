import { describe, expect, test } from 'vitest'
import { decodeFru } from './decode.ts'
import { fruVector } from '../testing/vectors.ts'
import { decodeMultiRecords } from './multi-record.ts'

const bytes = (...lines: string[]) => Buffer.from(lines.join('').replaceAll(' ', ''), 'hex')

function decode(area: Buffer) {
  const problems: string[] = []
  return { records: decodeMultiRecords(area, 0, problems), problems }
}

/** FRU 2 of a recorded Intel S2600KP (a 1600 W supply), as FreeIPMI prints it. */
const supply = bytes(
  '00 02 18 43 a3', // type 00h, version 2, 24 bytes, record and header checksum
  '4006 3408 41 02', // 1600 W, 2100 VA, 65 A within 2 ms
  '2823 b036 5046 2067', // 90 to 140 V, 180 to 264 V
  '2f 3f 0c 0e', // 47 to 63 Hz, 12 ms; power factor, autoswitch, hot swap
  '34a8 00 4006 00', // 2100 W for 10 s; 12 V and 12 V together 1600 W
)
const standby = bytes('01 82 0d 31 3f', '82 b004 7404 ec04 7800 0000 ac0d')

describe('multi-records', () => {
  test('a power supply and a standby output', () => {
    const output = bytes('01 02 0d e6 0a', '01 b004 7404 ec04 7800 0000 8500')
    expect(decode(Buffer.concat([supply, output, standby]))).toEqual({
      problems: [],
      records: [
        {
          kind: 'power-supply',
          capacityWatts: 1600,
          peakVa: 2100,
          inrushAmps: 65,
          inrushMs: 2,
          inputMillivolts: [
            [90_000, 140_000],
            [180_000, 264_000],
          ],
          inputHertz: [47, 63],
          dropoutMs: 12,
          hasPredictiveFail: false,
          hasPowerFactorCorrection: true,
          hasAutoswitch: true,
          hasHotSwap: true,
          peak: { watts: 2100, seconds: 10 },
          combined: { voltages: ['12V', '12V'], watts: 1600 },
        },
        { kind: 'dc-output', output: 1, isStandby: false, nominalMillivolts: 12_000, lowestMillivolts: 11_400, highestMillivolts: 12_600, rippleMillivolts: 120, leastMilliamps: 0, greatestMilliamps: 133 },
        { kind: 'dc-output', output: 2, isStandby: true, nominalMillivolts: 12_000, lowestMillivolts: 11_400, highestMillivolts: 12_600, rippleMillivolts: 120, leastMilliamps: 0, greatestMilliamps: 3500 },
      ],
    })
  })

  test('an address of management, a maker’s own record, and one too short for its type', () => {
    // FRU Information Storage Definition 1.3 §18.4: sub-type 01h is a URL; §18.7: a maker's begins with its number, here PICMG's 12634.
    const area = bytes('03 02 0c 46 a9', '01 68 74 74 70 3a 2f 2f 62 6d 63 2f', 'c0 02 06 01 37', '5a3100 16 00 5e', '00 82 01 ff 7e', '01')
    const { records, problems } = decode(area)
    expect(problems).toEqual([])
    expect(records[0]).toEqual({ kind: 'management-access', access: 'system-url', value: 'http://bmc/' })
    expect(records[1]).toEqual({ kind: 'other', type: 0xc0, data: bytes('5a3100 16 00 5e') })
    expect(records[2]).toEqual({ kind: 'other', type: 0x00, data: bytes('01') })
  })

  test('a wrong checksum of a record is told and the record read; one of a header ends the area', () => {
    const wrong = Buffer.from(supply)
    wrong[5] = 0x41
    const { records, problems } = decode(Buffer.concat([wrong, standby]))
    expect(records.map(({ kind }) => kind)).toEqual(['power-supply', 'dc-output'])
    expect(problems).toEqual(['wrong checksum of the multi-record of type 00h'])
    const lost = Buffer.from(supply)
    lost[2] = 0x19
    expect(decode(Buffer.concat([lost, standby]))).toEqual({ records: [], problems: ['wrong checksum of a multi-record header'] })
    expect(decode(supply.subarray(0, 20))).toEqual({ records: [], problems: ['the multi-record area is cut short'] })
    expect(decode(supply).problems).toEqual(['the multi-record area is cut short'])
  })
})

test('an area to which a wrong header leads is read only when its own checksum is right', () => {
  // FRU Information Storage Definition 1.3 §8, §11: version 1, board area at 8; "ACME" and nothing more.
  const area = Buffer.concat([bytes('01 01 00 000000 c4 41434d45 c0 c0 c0 c1'), Buffer.alloc(1)])
  const board = Buffer.concat([area, Buffer.alloc(16 - area.length)])
  board[1] = 2
  board[15] = -board.reduce((sum, byte) => sum + byte, 0) & 0xff
  const fru = Buffer.concat([bytes('01 00 00 01 00 00 00 00'), board])
  expect(decodeFru(fru)).toMatchObject({ board: { manufacturer: 'ACME' }, problems: ['wrong checksum of the header'] })
  fru[23] = fru[23]! ^ 1
  expect(decodeFru(fru)).toMatchObject({ board: undefined, problems: ['wrong checksum of the header', 'wrong checksum of the board area'] })
})

test('what is wrong in them is no fault of the areas', () => {
  const bytes = fruVector()
  bytes[bytes[5]! * 8 + 4]! ^= 1
  expect(decodeFru(bytes)).toMatchObject({ problems: [], multiRecordProblems: ['wrong checksum of a multi-record header'] })
})
