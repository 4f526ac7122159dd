import { netFns } from '#lib/ipmi/command.ts'
import type { LogRecord } from '../machine-log.ts'
import type { Machine } from '../machine.ts'
import { fruImage } from './fru-image.ts'
import { sdrRecords } from './sdr-records.ts'
import { selRecord, selRecordLength, toSelSeconds } from './sel-records.ts'
import { completion, ok, refuse, toSeconds, uint16, uint32, type ServedCommand } from './served-command.ts'

const storage = netFns.storage
/** As much of a record as this BMC gives at once: less than a full SDR, so that readers must read in parts. */
const readLimit = 32
const lastRecordId = 0xffff
const repositoryVersion = 0x51
/** Bits of "operation support" in both repositories' info (IPMI 2.0 §31.2, §33.9). */
const reserveSupported = 0x02
const overflowed = 0x80

const tellTime: ServedCommand['answer'] = (_data, { machine }) => ok(uint32(toSeconds(machine.bmcTime())))

const sdrCommands: readonly ServedCommand[] = [
  {
    name: 'Get SDR Repository Info',
    netFn: storage,
    cmd: 0x20,
    privilege: 'user',
    answer: (_data, { machine }) =>
      ok(
        Buffer.concat([
          Buffer.of(repositoryVersion),
          uint16(sdrRecords(machine.sensors).length),
          uint16(0xffff),
          uint32(toSeconds(Date.UTC(2024, 0, 1))),
          uint32(0),
          Buffer.of(reserveSupported),
        ]),
      ),
  },
  {
    name: 'Reserve SDR Repository',
    netFn: storage,
    cmd: 0x22,
    privilege: 'user',
    answer(_data, { reservations }) {
      reservations.sdr = nextReservation(reservations.sdr)
      return ok(uint16(reservations.sdr))
    },
  },
  {
    name: 'Get SDR',
    netFn: storage,
    cmd: 0x23,
    privilege: 'user',
    leastLength: 6,
    answer(data, { machine, reservations }) {
      const records = sdrRecords(machine.sensors)
      const asked = data.readUInt16LE(2)
      const index = asked === 0 ? 0 : asked === lastRecordId ? records.length - 1 : asked - 1
      const record = records[index]
      if (!record) return refuse(completion.notPresent)
      const offset = data[4]!
      if (offset > 0 && data.readUInt16LE(0) !== reservations.sdr) return refuse(completion.reservationCancelled)
      const next = index + 1 < records.length ? index + 2 : lastRecordId
      return partOf(record, offset, data[5]!, next)
    },
  },
  { name: 'Get SDR Repository Time', netFn: storage, cmd: 0x28, privilege: 'user', answer: tellTime },
]

const selCommands: readonly ServedCommand[] = [
  {
    name: 'Get SEL Info',
    netFn: storage,
    cmd: 0x40,
    privilege: 'user',
    answer(_data, { machine }) {
      const { log } = machine
      const count = log.records().length
      return ok(
        Buffer.concat([
          Buffer.of(repositoryVersion),
          uint16(count),
          uint16(Math.min(0xffff, (log.capacity - count) * selRecordLength)),
          uint32(toSelSeconds(machine, log.lastAddedMs())),
          uint32(toSelSeconds(machine, log.lastClearedMs())),
          Buffer.of(reserveSupported | (log.overflowed() ? overflowed : 0)),
        ]),
      )
    },
  },
  {
    name: 'Reserve SEL',
    netFn: storage,
    cmd: 0x42,
    privilege: 'user',
    answer(_data, { reservations }) {
      reservations.sel = nextReservation(reservations.sel)
      return ok(uint16(reservations.sel))
    },
  },
  {
    name: 'Get SEL Entry',
    netFn: storage,
    cmd: 0x43,
    privilege: 'user',
    leastLength: 6,
    answer(data, { machine, reservations }) {
      const records = machine.log.records()
      const index = findRecord(records, data.readUInt16LE(2))
      const record = records[index]
      if (!record) return refuse(completion.notPresent)
      const offset = data[4]!
      if (offset > 0 && data.readUInt16LE(0) !== reservations.sel) return refuse(completion.reservationCancelled)
      return partOf(selRecord(machine, record), offset, data[5]!, records[index + 1]?.id ?? lastRecordId)
    },
  },
  {
    name: 'Clear SEL',
    netFn: storage,
    cmd: 0x47,
    privilege: 'operator',
    leastLength: 6,
    answer(data, { machine, reservations }) {
      if (data.readUInt16LE(0) !== reservations.sel) return refuse(completion.reservationCancelled)
      if (data.toString('latin1', 2, 5) !== 'CLR') return refuse(completion.invalidData)
      const initiate = 0xaa
      const erasureCompleted = 0x01
      if (data[5] === initiate) machine.log.clear(machine.now())
      return ok(Buffer.of(erasureCompleted))
    },
  },
  { name: 'Get SEL Time', netFn: storage, cmd: 0x48, privilege: 'user', answer: (_data, { machine }) => ok(uint32(toSelSeconds(machine, machine.bmcTime()))) },
  {
    name: 'Set SEL Time',
    netFn: storage,
    cmd: 0x49,
    privilege: 'operator',
    leastLength: 4,
    answer(data, { machine }) {
      machine.setBmcTime(data.readUInt32LE(0) * 1000 - machine.circumstances().selZoneMinutes * 60_000)
      return ok()
    },
  },
  {
    name: 'Get SEL Time UTC Offset',
    netFn: storage,
    cmd: 0x5c,
    privilege: 'user',
    // Most BMCs know of none.
    answer(_data, { machine }) {
      const { selZoneMinutes } = machine.circumstances()
      return selZoneMinutes === 0 ? refuse(completion.invalidCommand) : ok(uint16(selZoneMinutes & 0xffff))
    },
  },
]

const fruCommands: readonly ServedCommand[] = [
  {
    name: 'Get FRU Inventory Area Info',
    netFn: storage,
    cmd: 0x10,
    privilege: 'user',
    leastLength: 1,
    answer: (data, { machine }) =>
      data[0] === 0 ? ok(Buffer.concat([uint16(imageOf(machine).length), Buffer.of(0)])) : refuse(completion.notPresent),
  },
  {
    name: 'Read FRU Data',
    netFn: storage,
    cmd: 0x11,
    privilege: 'user',
    leastLength: 4,
    answer(data, { machine }) {
      if (data[0] !== 0) return refuse(completion.notPresent)
      const image = imageOf(machine)
      const offset = data.readUInt16LE(1)
      if (offset >= image.length) return refuse(completion.outOfRange)
      const part = image.subarray(offset, offset + Math.min(data[3]!, readLimit))
      return ok(Buffer.concat([Buffer.of(part.length), part]))
    },
  },
]

/** The SDR repository, the SEL and the FRU of the machine (IPMI 2.0 §31, §33, §34). */
export const storageCommands: readonly ServedCommand[] = [...sdrCommands, ...selCommands, ...fruCommands]

const nextReservation = (last: number) => (last % 0xffff) + 1

/** The id of the record that follows and a part of this one; FFh asks for all of it, which must fit. */
function partOf(record: Buffer, offset: number, count: number, nextId: number) {
  const wanted = count === 0xff ? record.length - offset : count
  if (offset > record.length) return refuse(completion.outOfRange)
  if (wanted > readLimit) return refuse(completion.tooManyBytes)
  return ok(Buffer.concat([uint16(nextId), record.subarray(offset, offset + wanted)]))
}

/** Log ids count up without gaps, so a record's place follows from its id; 0 is the first, FFFFh the last. */
function findRecord(records: readonly LogRecord[], id: number): number {
  if (id === 0) return 0
  if (id === lastRecordId) return records.length - 1
  return id - (records[0]?.id ?? 1)
}

/** Made anew at every read, so that a part that a test replaces is seen. */
const imageOf = (machine: Machine): Buffer => fruImage(machine.identity)
