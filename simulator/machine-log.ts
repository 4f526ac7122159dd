/** What can happen to a machine that its BMC writes down; each protocol has its own words for it. */
export type LogSubject =
  | { what: 'booted' }
  | { what: 'poweredOn' }
  | { what: 'poweredOff' }
  | { what: 'restarted' }
  | { what: 'nmi' }
  | { what: 'logCleared' }
  | { what: 'correctableEcc'; slot: number }
  | { what: 'supplyInputLost'; supply: 1 | 2; asserted: boolean }
  | { what: 'temperatureHigh'; sensor: number; reading: number; limit: number }

export interface LogRecord {
  /** 1 upwards, never reused until the log is cleared. */
  id: number
  /** By the BMC's clock, as are the times below. */
  atMs: number
  subject: LogSubject
}

export interface MachineLog {
  records: () => readonly LogRecord[]
  capacity: number
  /** True once an entry had to be thrown away because the log was full. */
  overflowed: () => boolean
  add: (atMs: number, subject: LogSubject) => void
  clear: (atMs: number) => void
  lastAddedMs: () => number
  lastClearedMs: () => number
}

/**
 * A log of bounded length that, like most BMCs' SEL, refuses new entries when full instead of dropping old ones. It is given true times, and
 * writes what the BMC's clock says.
 */
export function createMachineLog(capacity: number, toBmcTime: (atMs: number) => number): MachineLog {
  let records: LogRecord[] = []
  let nextId = 1
  let overflowed = false
  let lastAddedMs = 0
  let lastClearedMs = 0

  function add(atMs: number, subject: LogSubject): void {
    if (records.length >= capacity) {
      overflowed = true
      return
    }
    lastAddedMs = toBmcTime(atMs)
    records.push({ id: nextId++, atMs: lastAddedMs, subject })
  }

  return {
    records: () => records,
    capacity,
    overflowed: () => overflowed,
    add,
    clear(atMs) {
      records = []
      nextId = 1
      overflowed = false
      lastClearedMs = toBmcTime(atMs)
      add(atMs, { what: 'logCleared' })
    },
    lastAddedMs: () => lastAddedMs,
    lastClearedMs: () => lastClearedMs,
  }
}
