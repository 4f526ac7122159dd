import type { LogRecord } from '../machine-log.ts'
import { collection, link, type Branch, type HealthWord, type Resource, type Subject } from './resource.ts'
import { toTime } from './system.ts'

/** The LogServices collection, its one service and the list of entries (DSP0268 LogService, LogEntry). */
export function logBranch({ machine, dialect, paths }: Subject): Branch {
  const service = paths.logService
  const holder = service.slice(0, service.lastIndexOf('/'))
  return new Map([
    [holder, () => collection(holder, 'LogServiceCollection', 'Log Services', [service])],
    [service, () => ({
      '@odata.id': service,
      '@odata.type': '#LogService.v1_2_0.LogService',
      Id: dialect.log.id,
      Name: 'Event Log',
      MaxNumberOfRecords: machine.log.capacity,
      OverWritePolicy: 'NeverOverWrites',
      DateTime: toTime(machine.bmcTime()),
      ServiceEnabled: true,
      Status: { State: 'Enabled', Health: machine.log.overflowed() ? 'Warning' : 'OK' },
      Entries: link(`${service}/Entries`),
      Actions: { '#LogService.ClearLog': { target: `${service}/Actions/LogService.ClearLog` } },
    })],
    [`${service}/Entries`, () => {
      const records = machine.log.records()
      return {
        ...collection(`${service}/Entries`, 'LogEntryCollection', 'Log Entries', []),
        'Members@odata.count': records.length,
        Members: records.map((record) => entry(`${service}/Entries`, record)),
      }
    }],
  ])
}

/** One entry by its id, or nothing when the log has none of that number. */
export function findLogEntry({ machine, paths }: Subject, id: string): Resource | undefined {
  const record = machine.log.records().find((candidate) => String(candidate.id) === id)
  return record && entry(`${paths.logService}/Entries`, record)
}

function entry(base: string, record: LogRecord): Resource {
  const { message, severity } = describe(record)
  return {
    '@odata.id': `${base}/${record.id}`,
    '@odata.type': '#LogEntry.v1_8_0.LogEntry',
    Id: String(record.id),
    Name: `Log Entry ${record.id}`,
    EntryType: 'SEL',
    Created: toTime(record.atMs),
    Severity: severity,
    Message: message,
  }
}

/** What an entry says, and how bad it is. */
export function describe({ subject }: LogRecord): { message: string; severity: HealthWord } {
  switch (subject.what) {
    case 'booted':
      return { message: 'The operating system was started.', severity: 'OK' }
    case 'poweredOn':
      return { message: 'The system was powered on.', severity: 'OK' }
    case 'poweredOff':
      return { message: 'The system was powered off.', severity: 'OK' }
    case 'restarted':
      return { message: 'The system was restarted.', severity: 'OK' }
    case 'nmi':
      return { message: 'A diagnostic interrupt was asserted.', severity: 'Warning' }
    case 'logCleared':
      return { message: 'The event log was cleared.', severity: 'OK' }
    case 'correctableEcc':
      return { message: `Correctable memory errors were logged on DIMM slot ${subject.slot}.`, severity: 'Warning' }
    case 'supplyInputLost':
      return subject.asserted
        ? { message: `Power supply ${subject.supply} has lost its input.`, severity: 'Critical' }
        : { message: `The input of power supply ${subject.supply} is back.`, severity: 'OK' }
    case 'temperatureHigh':
      return { message: `Sensor ${subject.sensor} is at ${subject.reading} °C, above its limit of ${subject.limit} °C.`, severity: 'Warning' }
  }
}
