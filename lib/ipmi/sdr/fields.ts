import { decodeText, encodingOf } from '../text.ts'

/** What a sensor or FRU is part of (IPMI 2.0 §39.1, table 43-13). */
export type Entity = {
  readonly id: number
  /** 0–127. From 60h on relative to the owner of the record. */
  readonly instance: number
  readonly isLogical: boolean
}

export function readEntity(record: Buffer, offset: number): Entity {
  return { id: record[offset]!, instance: record[offset + 1]! & 0x7f, isLogical: (record[offset + 1]! & 0x80) !== 0 }
}

/** A name after its type/length byte; a length that lies beyond the record is cut. */
export function readName(record: Buffer, offset: number): string {
  const typeLength = record[offset]!
  const start = offset + 1
  return decodeText(encodingOf(typeLength), record.subarray(start, start + (typeLength & 0x1f)))
}
