import { expect, test } from 'vitest'
import { decodeSdr } from './record.ts'

/** Record 157 of a recorded Dell R730: compact, fifteen drives from number A0h on, named from 0 on; `name` and `sharing` as a test needs them. */
function compact(name: string, sharing: number, modifier: number): Buffer {
  const head = '9d00 51 02 00 20 00 a0 07 01 67 00 0d 6f ff01 0000 ff01 c0 00 00'.replaceAll(' ', '')
  const record = Buffer.concat([Buffer.from(head, 'hex'), Buffer.of(sharing, modifier), Buffer.alloc(6), Buffer.of(0xc0 | name.length), Buffer.from(name, 'latin1')])
  record[4] = record.length - 5
  return record
}

const sensorsOf = (record: Buffer) => decodeSdr(record).map((sensor) => ('number' in sensor ? [sensor.number, sensor.name, sensor.entity.instance] : []))

test.each([
  // IPMI 2.0 §43.2: count in bits 3:0, numbers (00) or letters (01) in 5:4; offset in bits 6:0, own instances in bit 7.
  { name: 'DIMM A', sharing: 0x02, modifier: 0x01, sensors: [[0xa0, 'DIMM A1', 1], [0xa1, 'DIMM A2', 1]] },
  { name: 'Slot ', sharing: 0x12, modifier: 0x99, sensors: [[0xa0, 'SlotZ', 1], [0xa1, 'SlotAA', 2]] },
  { name: 'Bay', sharing: 0x02, modifier: 0x00, sensors: [[0xa0, 'Bay0', 1], [0xa1, 'Bay1', 1]] },
  // The R730's next records are "Drive 15" for another fifteen and "Drive 30" for two: their own numbers are counted.
  { name: 'Drive 15', sharing: 0x02, modifier: 0x00, sensors: [[0xa0, 'Drive 15', 1], [0xa1, 'Drive 16', 1]] },
  { name: 'CPU1 DIMM 1', sharing: 0x02, modifier: 0x05, sensors: [[0xa0, 'CPU1 DIMM 15', 1], [0xa1, 'CPU1 DIMM 16', 1]] },
  { name: 'Drive 0', sharing: 0x01, modifier: 0x00, sensors: [[0xa0, 'Drive 0', 1]] },
])('$name, sharing $sharing, modifier $modifier', ({ name, sharing, modifier, sensors }) => {
  expect(sensorsOf(compact(name, sharing, modifier))).toEqual(sensors)
})

test('a maker’s own record is kept as it is: Intel’s number 343, then its bytes (IPMI 2.0 §43.12)', () => {
  const record = Buffer.from('5a0051c009 570100 0b0201 021122'.replaceAll(' ', ''), 'hex')
  expect(decodeSdr(record)).toEqual([{ kind: 'oem', recordId: 0x5a, manufacturerId: 343, data: Buffer.from('0b0201021122', 'hex') }])
})
