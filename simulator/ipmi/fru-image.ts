import { checksum } from '#lib/ipmi/message.ts'
import type { Identity } from '../makes.ts'

/** The FRU image of a machine: chassis, board and product areas (IPMI FRU Information Storage Definition 1.0 r1.3). */
export function fruImage(identity: Identity): Buffer {
  const { maker, model, boardModel = `${model} Board`, serial, boardSerial, partNumber, assetTag } = identity
  const rackMount = 0x17
  const chassis = area(Buffer.of(rackMount), [partNumber, serial])
  const board = area(Buffer.concat([english, manufacturingDate()]), [maker, boardModel, boardSerial, partNumber, ''])
  const product = area(english, [maker, model, partNumber, '01', serial, assetTag, ''])
  const header = Buffer.alloc(8)
  header[0] = 0x01
  header[2] = header.length / 8
  header[3] = (header.length + chassis.length) / 8
  header[4] = (header.length + chassis.length + board.length) / 8
  header[7] = checksum(header, 0, 7)
  return Buffer.concat([header, chassis, board, product])
}

const english = Buffer.of(0x00)
const endOfFields = 0xc1

/** Version, length in eights, `head`, the fields, the end mark, padding, checksum. */
function area(head: Buffer, fields: readonly string[]): Buffer {
  const content = Buffer.concat([head, ...fields.map(field), Buffer.of(endOfFields)])
  const length = Math.ceil((2 + content.length + 1) / 8) * 8
  const bytes = Buffer.alloc(length)
  bytes[0] = 0x01
  bytes[1] = length / 8
  bytes.set(content, 2)
  bytes[length - 1] = checksum(bytes, 0, length - 1)
  return bytes
}

/** A type and length byte (8-bit ASCII) and the text, which must not be one byte long: C1h is the end mark. */
function field(text: string): Buffer {
  const bytes = Buffer.from(text.slice(0, 63), 'latin1')
  return Buffer.concat([Buffer.of(0xc0 | bytes.length), bytes])
}

/** Minutes since 1996-01-01 in three bytes: 2023-03-01. */
function manufacturingDate(): Buffer {
  const minutes = (Date.UTC(2023, 2, 1) - Date.UTC(1996, 0, 1)) / 60_000
  const bytes = Buffer.alloc(3)
  bytes.writeUIntLE(minutes, 0, 3)
  return bytes
}
