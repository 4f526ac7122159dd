import { netFns, noAnswer, noData, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'

/** Unspecified in IPMI's clock (seconds since 1970): the repository was never written, or the clock was never set. */
const unspecifiedTime = 0xffff_ffff

const readTime = (data: Buffer, offset: number): Date | undefined => {
  const seconds = data.readUInt32LE(offset)
  return seconds === unspecifiedTime ? undefined : new Date(seconds * 1000)
}

export type SdrRepositoryInfo = {
  /** Often wrong: the chain of records decides. */
  readonly recordCount: number
  readonly lastAddition: number
  readonly lastErase: number
  readonly supportsReservation: boolean
}

/** Get SDR Repository Info (IPMI 2.0 §33.9). The two times are compared, not shown: they are kept as numbers. */
export const getSdrRepositoryInfo: Command<void, SdrRepositoryInfo> = {
  name: 'Get SDR Repository Info',
  netFn: netFns.storage,
  cmd: 0x20,
  effect: 'read',
  encode: noData,
  decode: (data) => {
    requireLength(data, 14, 'Get SDR Repository Info response')
    return {
      recordCount: data.readUInt16LE(1),
      lastAddition: data.readUInt32LE(5),
      lastErase: data.readUInt32LE(9),
      supportsReservation: (data[13]! & 0x02) !== 0,
    }
  },
}

export type GetSdrRequest = { readonly reservationId: number; readonly recordId: number; readonly offset: number; readonly count: number }
export type GetSdrResponse = { readonly nextRecordId: number; readonly bytes: Buffer }

const encodeGetSdr = ({ reservationId, recordId, offset, count }: GetSdrRequest): Buffer => {
  const data = Buffer.alloc(6)
  data.writeUInt16LE(reservationId, 0)
  data.writeUInt16LE(recordId, 2)
  data[4] = offset
  data[5] = count
  return data
}

const decodeGetSdr = (data: Buffer): GetSdrResponse => {
  requireLength(data, 2, 'Get SDR response')
  return { nextRecordId: data.readUInt16LE(0), bytes: data.subarray(2) }
}

const decodeReservation = (data: Buffer): { readonly reservationId: number } => {
  requireLength(data, 2, 'reservation')
  return { reservationId: data.readUInt16LE(0) }
}

/** Reserve SDR Repository (IPMI 2.0 §33.11). It cancels another's reservation at worst, hence may be repeated. */
export const reserveSdrRepository: Command<void, { readonly reservationId: number }> = {
  name: 'Reserve SDR Repository',
  netFn: netFns.storage,
  cmd: 0x22,
  effect: 'read',
  encode: noData,
  decode: decodeReservation,
}

/** Get SDR (IPMI 2.0 §33.12). */
export const getSdr: Command<GetSdrRequest, GetSdrResponse> = {
  name: 'Get SDR',
  netFn: netFns.storage,
  cmd: 0x23,
  effect: 'read',
  encode: encodeGetSdr,
  decode: decodeGetSdr,
}

/** Reserve Device SDR Repository (IPMI 2.0 §35.4), for a BMC whose sensors are described by the device itself. */
export const reserveDeviceSdrRepository: Command<void, { readonly reservationId: number }> = {
  name: 'Reserve Device SDR Repository',
  netFn: netFns.sensor,
  cmd: 0x22,
  effect: 'read',
  encode: noData,
  decode: decodeReservation,
}

/** Get Device SDR (IPMI 2.0 §35.3). */
export const getDeviceSdr: Command<GetSdrRequest, GetSdrResponse> = {
  name: 'Get Device SDR',
  netFn: netFns.sensor,
  cmd: 0x21,
  effect: 'read',
  encode: encodeGetSdr,
  decode: decodeGetSdr,
}

export type SelInfo = {
  readonly entryCount: number
  readonly freeBytes: number
  readonly lastAddition?: Date
  readonly lastErase?: Date
  readonly hasOverflowed: boolean
  readonly supportsReservation: boolean
}

/** Get SEL Info (IPMI 2.0 §31.2). */
export const getSelInfo: Command<void, SelInfo> = {
  name: 'Get SEL Info',
  netFn: netFns.storage,
  cmd: 0x40,
  effect: 'read',
  completionCodes: { 0x81: 'the log is being erased' },
  encode: noData,
  decode: (data) => {
    requireLength(data, 14, 'Get SEL Info response')
    return {
      entryCount: data.readUInt16LE(1),
      freeBytes: data.readUInt16LE(3),
      lastAddition: readTime(data, 5),
      lastErase: readTime(data, 9),
      hasOverflowed: (data[13]! & 0x80) !== 0,
      supportsReservation: (data[13]! & 0x02) !== 0,
    }
  },
}

/**
 * Get SEL Time (IPMI 2.0 §31.10): the clock by which the log is written; undefined where it is unspecified. A clock that was not set counts
 * from the BMC's start (§37.1), and so gives a time of 1970.
 */
export const getSelTime: Command<void, Date | undefined> = {
  name: 'Get SEL Time',
  netFn: netFns.storage,
  cmd: 0x48,
  effect: 'read',
  encode: noData,
  decode: (data) => {
    requireLength(data, 4, 'Get SEL Time response')
    return readTime(data, 0)
  },
}

/** Set SEL Time (IPMI 2.0 §31.11): the clock of the whole BMC, in whole seconds. */
export const setSelTime: Command<Date, void> = {
  name: 'Set SEL Time',
  netFn: netFns.storage,
  cmd: 0x49,
  effect: 'write',
  encode: (at) => {
    const data = Buffer.alloc(4)
    data.writeUInt32LE(Math.floor(at.getTime() / 1000) >>> 0)
    return data
  },
  decode: noAnswer,
}

/** Unspecified (IPMI 2.0 §31.11a). */
const unspecifiedOffset = 0x07ff
const greatestOffset = 1440

/**
 * Get SEL Time UTC Offset (IPMI 2.0 §31.11a): how many minutes the log's clock is ahead of UTC, so that UTC is the SEL time less these;
 * undefined where it is unspecified or no offset (more than a day).
 */
export const getSelTimeUtcOffset: Command<void, { readonly minutes: number | undefined }> = {
  name: 'Get SEL Time UTC Offset',
  netFn: netFns.storage,
  cmd: 0x5c,
  effect: 'read',
  encode: noData,
  decode: (data) => {
    requireLength(data, 2, 'Get SEL Time UTC Offset response')
    const minutes = data.readInt16LE(0)
    return { minutes: minutes === unspecifiedOffset || Math.abs(minutes) > greatestOffset ? undefined : minutes }
  },
}

/** Get FRU Inventory Area Info (IPMI 2.0 §34.1). */
export const getFruInventoryAreaInfo: Command<{ readonly fruId: number }, { readonly size: number; readonly isByWords: boolean }> = {
  name: 'Get FRU Inventory Area Info',
  netFn: netFns.storage,
  cmd: 0x10,
  effect: 'read',
  encode: ({ fruId }) => Buffer.of(fruId),
  decode: (data) => {
    requireLength(data, 3, 'Get FRU Inventory Area Info response')
    return { size: data.readUInt16LE(0), isByWords: (data[2]! & 0x01) !== 0 }
  },
}

/** Read FRU Data (IPMI 2.0 §34.2). Offset and count in the units of the area: bytes or words. */
export const readFruData: Command<
  { readonly fruId: number; readonly offset: number; readonly count: number },
  { readonly count: number; readonly bytes: Buffer }
> = {
  name: 'Read FRU Data',
  netFn: netFns.storage,
  cmd: 0x11,
  effect: 'read',
  completionCodes: { 0x81: 'the FRU device is busy' },
  encode: ({ fruId, offset, count }) => Buffer.of(fruId, offset & 0xff, offset >> 8, count),
  decode: (data) => {
    requireLength(data, 1, 'Read FRU Data response')
    return { count: data[0]!, bytes: data.subarray(1) }
  },
}
