const bytes = (...lines: string[]) => Buffer.from(lines.join('').replaceAll(' ', ''), 'hex')

/** One small record of each type from recorded servers (Dell C6320, Quanta T41, Intel S2600KP), for where there are no recordings. */
export const sdrVectors: readonly Buffer[] = [
  bytes('0c00 51 01 2f', '20000e 0301 7d50 0101 0000 0000 1b00 00010000010280c230000797c58bff00ffd3cd0083880101000000', 'c4 54656d70'), // full: Temp
  bytes('3300 51 02 1d', '2000c0 2001 6fc0 0c6f 0000 0000 6200 c0000000 0801 000000000000', 'c2 4120'), // compact: "A "
  bytes('0800 51 03 15', '2c6019 2e01 dc73 0100 0000', 'c9 4e4d204865616c7468'), // event-only: NM Health
  bytes('0600 51 11 0e', '20010000000902 0a01 00', 'c3 505331'), // FRU locator: PS1
  bytes('0400 51 12 0d', '2c06 0621 000000 2e01 00', 'c2 4d45'), // controller locator: ME
  bytes('a100 51 c0 05', '570100 1b16'), // Intel's own
]

/** An event of a temperature (upper non-critical, reading 5Ah, limit 55h), a memory event, Dell's own with a time, one without. */
export const selVectors: readonly Buffer[] = [
  bytes('0100 02 c0e2036a 2000 04 01 30 01 57 5a 55'),
  bytes('0300 02 c0e2036a 2000 04 0c 00 6f a0 2a 80'),
  bytes('0400 c1 c0e2036a a20200 010203040506'),
  bytes('0500 e0 0102030405060708090a0b0c0d'),
]

const area = (...lines: string[]) => {
  const content = bytes(...lines)
  const whole = Buffer.alloc(Math.ceil((content.length + 1) / 8) * 8)
  content.copy(whole)
  whole[1] = whole.length / 8
  whole[whole.length - 1] = -whole.reduce((sum, byte) => sum + byte, 0) & 0xff
  return whole
}
const chassis = area('01 00 17', 'c4 41434d45 42 12b3 c1') // rack mount, "ACME", "12-3" in BCD plus
const board = area('01 00 00 010000', 'c4 41434d45 83 29dca6 42 12b3 00 c1') // "IPMI" in six bits
const product = area('01 00 19', 'c4 41434d45 c3 583131 00 c2 7631 c3 534e31 00 00 c3 6f6e65 c1')
const supply = bytes('00 82 18 c3 a3', '4006 3408 41 02 2823 b036 5046 2067 2f 3f 0c 0e 34a8 00 4006 00')

/** A FRU with all areas that we read: chassis, board, product, and a power supply's multi-record. */
export function fruVector(): Buffer {
  const areas = [chassis, board, product, supply]
  const offsets = areas.map((_, i) => (8 + areas.slice(0, i).reduce((sum, each) => sum + each.length, 0)) / 8)
  const header = Buffer.of(0x01, 0x00, ...offsets, 0x00, 0x00)
  header[7] = -header.reduce((sum, byte) => sum + byte, 0) & 0xff
  return Buffer.concat([header, ...areas])
}
