import * as z from 'zod/mini'
import type { BootSight } from '#lib/domain/boot-progress.ts'
import type { LogCursor, LogEntry, LogLevel } from '#lib/domain/log-entry.ts'
import { toLogTime } from '#lib/domain/log-time.ts'
import { describeSelRecord, type SelDescription } from '#lib/ipmi/sel/describe.ts'
import { sensorTypes } from '#lib/ipmi/sensor/sensor-types.ts'
import { mayPass } from '#lib/redfish/collection.ts'
import type { RedfishModel } from '#lib/redfish/model.ts'
import type { RawEvent, RedfishLogEntry } from '#lib/redfish/read-log-entry.ts'
import { readLog, type LogCursors, type LogReading as RedfishLogReading, type ServiceReading } from '#lib/redfish/read-log.ts'
import type { LogService } from '#lib/redfish/read-log-services.ts'
import type { LogReading, LogSource } from './bmc.ts'
import { systemFirmwareProgress, toEventProgress } from './boot-progress.ts'
import { toEventText } from './event-words.ts'
import { toOptionalText, toPlainText } from './text.ts'
import { withoutNothing } from './without-nothing.ts'

const MAX_TEXT = 500

const serviceCursor = z.object({
  order: z.enum(['newest-first', 'oldest-first']),
  newest: z.object({ id: z.string(), created: z.optional(z.string()) }),
  isPaged: z.boolean(),
  total: z.optional(z.number()),
  updated: z.optional(z.string()),
  resume: z.optional(z.object({ path: z.string(), left: z.number(), until: z.optional(z.string()) })),
})

/** Reads what is new in every log of the BMC. */
export async function readRedfishLog(model: RedfishModel, since: LogCursor | null, budgetMs: number): Promise<LogReading> {
  return toLogReading(await readLog(model, toCursors(since), { budgetMs }), Date.now())
}

function toCursors(since: LogCursor | null): LogCursors {
  const cursors: LogCursors = {}
  for (const [path, value] of Object.entries(since ?? {})) {
    const parsed = serviceCursor.safeParse(value)
    if (parsed.success) cursors[path] = parsed.data as LogCursors[string]
  }
  return cursors
}

export function toLogReading(given: RedfishLogReading, nowMs: number): LogReading {
  const progress = toNewestProgress(given, nowMs)
  return {
    entries: given.services.flatMap(({ service, entries }) => entries.map((entry) => toEntry(service, entry, nowMs))),
    cursor: Object.keys(given.cursors).length === 0 ? null : given.cursors,
    sources: [...given.services.map(toLogSource), ...toUnfound(given)],
    ...(progress === undefined ? {} : { progress }),
  }
}

/** Of the newest entry that tells of the host's start: as an IPMI event in bytes, or in words under the sensor type of one (DSP0268 LogEntry.SensorType). */
function toNewestProgress({ services }: RedfishLogReading, nowMs: number): LogReading['progress'] {
  const told = services.flatMap(({ entries }) => entries.flatMap((entry) => {
    const sight = toProgress(entry)
    return sight === undefined ? [] : [{ ...sight, at: toLogTime(entry.created, nowMs) }]
  }))
  return told.toSorted((a, b) => (a.at ?? '').localeCompare(b.at ?? '')).at(-1)
}

function toProgress(entry: RedfishLogEntry): BootSight | undefined {
  const sensorType = toTypeNumber(entry.event?.sensorType, entry.sensorType)
  if (entry.event !== undefined) return toEventProgress({ ...entry.event, sensorType })
  return sensorType === systemFirmwareProgress && entry.message !== undefined && toAsserted(entry) !== false ? { stage: null, word: toPlainText(entry.message, 80) } : undefined
}

const toLogSource = ({ service, wasCleared, isComplete, failures }: ServiceReading): LogSource => ({
  name: toSource(service),
  wasCleared,
  isComplete,
  canClear: service.clearTarget !== undefined,
  ...(failures[0] === undefined ? {} : { failure: toPlainText(failures[0].message, MAX_TEXT) }),
})

/** What may hold a log and could not be read stands among the logs as a failure, so that nobody takes the others for all there are. */
function toUnfound({ failures }: RedfishLogReading): LogSource[] {
  const failure = failures.find(mayPass)
  if (failure === undefined) return []
  return [{ name: 'LogServices', wasCleared: false, isComplete: true, canClear: false, failure: toPlainText(failure.message, MAX_TEXT) }]
}

/** The name of a log among the sources of a node's entries. */
export const toSource = (service: LogService): string => toPlainText(service.name, 80)

const levels = { OK: 'ok', Warning: 'warning', Critical: 'critical' } as const satisfies Record<string, LogLevel>
const rank: Record<LogLevel, number> = { ok: 0, warning: 1, critical: 2 }

/** One entry in our words. Ids are used again after a clear, hence the time in the key; it is cut short, not the id. */
export function toEntry(service: LogService, entry: RedfishLogEntry, nowMs: number): LogEntry {
  const event = entry.event === undefined ? undefined : describeEvent(entry.event, entry.sensorType)
  const isBytesOnly = entry.message === undefined || /^0x[0-9a-f]{6}$/i.test(entry.message)
  const given = toPlainText(entry.message ?? entry.name ?? 'an entry without words', MAX_TEXT)
  const text = isBytesOnly && event !== undefined ? toEventText(event) : given
  const at = toLogTime(entry.created, nowMs)
  const asserted = toAsserted(entry)
  const fields = {
    bmcTime: at === null ? toOptionalText(entry.created, 60) : undefined,
    severity: toOptionalText(entry.severity, 40),
    sensor: toOptionalText(entry.sensorType, 80),
    messageId: toOptionalText(entry.messageId, 120),
    raw: isBytesOnly && entry.event !== undefined ? Buffer.from(entry.event.data).toString('hex') : undefined,
    asserted,
    resolved: entry.isResolved,
  }
  const id = toPlainText(entry.id, 100)
  return {
    key: `${service.path.slice(0, 200)}/${id}/${toPlainText(entry.created ?? '', 60)}`,
    source: toSource(service),
    sourceId: id,
    at,
    level: toLevel(entry, isBytesOnly ? event : undefined, event),
    text,
    ...withoutNothing(fields),
  }
}

/** The BMC's own word counts; AMI calls every event OK that it gives as bytes, and Supermicro has no word: then the event's own. */
function toLevel(entry: RedfishLogEntry, bytesOnly: SelDescription | undefined, event: SelDescription | undefined): LogLevel {
  const stated = entry.health === undefined ? undefined : levels[entry.health]
  if (stated === undefined) return event?.severity ?? 'ok'
  return bytesOnly !== undefined && rank[bytesOnly.severity] > rank[stated] ? bytesOnly.severity : stated
}

function toAsserted({ event, entryCode }: RedfishLogEntry): boolean | undefined {
  if (event?.isAsserted !== undefined) return event.isAsserted
  if (/^deassert/i.test(entryCode ?? '')) return false
  return /^assert/i.test(entryCode ?? '') ? true : undefined
}

const sensorSpecific = 0x6f
const toLetters = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
const typesByName = new Map(Object.entries(sensorTypes).map(([type, { name }]) => [toLetters(name), Number(type)]))
/** Redfish's own spelling where it is not IPMI's (DSP0268 LogEntry.SensorType). */
const otherNames: Record<string, number> = { baseosbootinstallationstatus: 0x1f, powersupplyconverter: 0x08 }

/** The number of an IPMI sensor type that is given, or that has this name. */
function toTypeNumber(given: number | undefined, name: string | undefined): number | undefined {
  const letters = toLetters(name ?? '')
  return given ?? typesByName.get(letters) ?? otherNames[letters]
}

/** The words of an event that the BMC gives in bytes, as far as its sensor type is known. */
function describeEvent(event: RawEvent, typeName: string | undefined): SelDescription | undefined {
  const sensorType = toTypeNumber(event.sensorType, typeName)
  // Where the event type is left out, only a state that the sensor type has can be meant.
  const isStated = event.eventType !== undefined || sensorTypes[sensorType ?? -1]?.states?.[event.data[0] & 0x0f] !== undefined
  if (sensorType === undefined || !isStated) return undefined
  return describeSelRecord(
    {
      kind: 'event',
      recordId: 0,
      time: { kind: 'unknown' },
      generator: { isSoftware: false, id: 0x20, lun: 0, channel: 0 },
      format: 0x04,
      sensorType,
      sensorNumber: 0xff,
      eventType: event.eventType ?? sensorSpecific,
      isAsserted: event.isAsserted ?? true,
      data: event.data,
      raw: Buffer.alloc(0),
    },
    [],
  )
}
