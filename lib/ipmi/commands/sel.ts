import { netFns, noData, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'

export const selRecordLength = 16

const beingErased = { 0x81: 'the log is being erased' } as const

/** Reserve SEL (IPMI 2.0 §31.4): needed to clear, not to read whole records. */
export const reserveSel: Command<void, { readonly reservationId: number }> = {
  name: 'Reserve SEL',
  netFn: netFns.storage,
  cmd: 0x42,
  effect: 'read',
  completionCodes: beingErased,
  encode: noData,
  decode: (data) => {
    requireLength(data, 2, 'Reserve SEL response')
    return { reservationId: data.readUInt16LE(0) }
  },
}

export type GetSelEntryResponse = {
  /** FFFFh at the end of the log. */
  readonly nextRecordId: number
  /** All 16 bytes. */
  readonly record: Buffer
}

/** Get SEL Entry (IPMI 2.0 §31.5), the whole record, without a reservation. Record 0000h is the first, FFFFh the newest. */
export const getSelEntry: Command<{ readonly recordId: number }, GetSelEntryResponse> = {
  name: 'Get SEL Entry',
  netFn: netFns.storage,
  cmd: 0x43,
  effect: 'read',
  completionCodes: beingErased,
  encode: ({ recordId }) => Buffer.of(0, 0, recordId & 0xff, recordId >> 8, 0, 0xff),
  decode: (data) => {
    requireLength(data, 2 + selRecordLength, 'Get SEL Entry response')
    return { nextRecordId: data.readUInt16LE(0), record: Buffer.from(data.subarray(2, 2 + selRecordLength)) }
  },
}

type Erasure = { readonly isDone: boolean }

/** Clear SEL's request: reservation, "CLR", and AAh to begin or 00h to ask (IPMI 2.0 §31.9). */
const encodeClear = (reservationId: number, operation: number) => Buffer.of(reservationId & 0xff, reservationId >> 8, 0x43, 0x4c, 0x52, operation)

function decodeErasure(data: Buffer): Erasure {
  requireLength(data, 1, 'Clear SEL response')
  return { isDone: (data[0]! & 0x0f) === 1 }
}

/** Clear SEL (IPMI 2.0 §31.9), begin. Sent once. */
export const clearSel: Command<{ readonly reservationId: number }, Erasure> = {
  name: 'Clear SEL',
  netFn: netFns.storage,
  cmd: 0x47,
  effect: 'write',
  encode: ({ reservationId }) => encodeClear(reservationId, 0xaa),
  decode: decodeErasure,
}

/** Clear SEL, asking how far the erasure has come. */
export const getSelErasure: Command<{ readonly reservationId: number }, Erasure> = {
  name: 'Clear SEL (status)',
  netFn: netFns.storage,
  cmd: 0x47,
  effect: 'read',
  encode: ({ reservationId }) => encodeClear(reservationId, 0x00),
  decode: decodeErasure,
}
