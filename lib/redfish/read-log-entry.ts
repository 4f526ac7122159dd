import * as z from 'zod'
import { flag, list, nested, number, parseLoose, text } from './loose.ts'
import { toHealth, type Health } from './status.ts'

/** One LogEntry (DSP0268) as the BMC wrote it, with its properties where the standard has them. */
export type RedfishLogEntry = {
  id: string
  /** When it happened, as written: any offset, and whatever the BMC's clock said. */
  created: string | undefined
  /** When it last changed, where the BMC counts repetitions in one entry (HPE). */
  updated: string | undefined
  /** The BMC's own word: `Critical`, `Ok`, HPE's `Repaired` and `Caution`. */
  severity: string | undefined
  health: Health | undefined
  message: string | undefined
  messageId: string | undefined
  name: string | undefined
  sensorType: string | undefined
  sensorNumber: number | undefined
  /** `Assert`, `Deassert`, or a state's name. */
  entryCode: string | undefined
  isResolved: boolean | undefined
  /** An IPMI event that the BMC gives as bytes, in words only or not at all (Supermicro, AMI). */
  event: RawEvent | undefined
}

/** `eventType` is undefined where the BMC leaves it out; `isAsserted` where only the entry's code says. */
export type RawEvent = {
  sensorType: number | undefined
  eventType: number | undefined
  isAsserted: boolean | undefined
  data: [number, number, number]
}

/** A word, or a word wrapped as `[{"Member": "Assert"}]` (iDRAC 7 to 9 up to 3.x). */
const word = z
  .union([z.array(z.unknown()).transform((items) => text.parse((items[0] as { Member?: unknown } | null | undefined)?.Member)), text])
  .optional()
  .catch(undefined)

const hexByte = z
  .string()
  .regex(/^0x[0-9a-f]{1,2}$/i)
  .transform(Number)
  .optional()
  .catch(undefined)

const schema = z.object({
  '@odata.id': text,
  Id: text,
  Name: text,
  Created: text,
  EventTimestamp: text,
  Modified: text,
  Severity: text,
  Message: text,
  MessageId: text,
  MessageID: text,
  MessageArgs: list,
  SensorType: word,
  SensorNumber: number,
  EntryCode: word,
  EntryType: text,
  Resolved: flag,
  DiagnosticDataType: text,
  Oem: nested({
    Hpe: nested({ Severity: text, Updated: text, Repaired: flag }),
    Hp: nested({ Severity: text, Updated: text, Repaired: flag }),
    Supermicro: nested({
      RawEventData: nested({
        EventDirAndType: hexByte,
        SensorType: hexByte,
        EventData1: hexByte,
        EventData2: hexByte,
        EventData3: hexByte,
      }),
    }),
  }),
})

/** Words beside those of Status (`toHealth`). */
const SEVERITY_WORDS: Record<string, Health> = {
  informational: 'OK',
  information: 'OK',
  info: 'OK',
  repaired: 'OK',
  caution: 'Warning',
  error: 'Critical',
}

/** Reads one entry; `fallbackId` is the last segment of its path. */
export function toLogEntry(body: unknown, fallbackId: string): RedfishLogEntry {
  const entry = parseLoose(schema, body)
  const hpe = entry.Oem?.Hpe ?? entry.Oem?.Hp
  const severity = hpe?.Severity ?? entry.Severity
  return {
    id: entry.Id ?? fallbackId,
    // AMI writes into Created when it was asked, and into EventTimestamp when it happened.
    created: entry.EventTimestamp ?? entry.Created,
    updated: hpe?.Updated ?? entry.Modified,
    severity,
    health: toHealth(severity) ?? SEVERITY_WORDS[(severity ?? '').toLowerCase()] ?? toHealth(entry.Severity),
    message: entry.Message ?? (entry.DiagnosticDataType === undefined ? undefined : `Diagnostic data: ${entry.DiagnosticDataType}`),
    messageId: entry.MessageId ?? entry.MessageID,
    name: entry.Name,
    sensorType: entry.SensorType,
    sensorNumber: entry.SensorNumber,
    entryCode: entry.EntryCode,
    isResolved: entry.Resolved ?? (hpe === undefined ? undefined : hpe.Repaired === true),
    event: toSupermicroEvent(entry) ?? toAmiEvent(entry),
  }
}

function toSupermicroEvent(entry: z.infer<typeof schema>): RawEvent | undefined {
  const raw = entry.Oem?.Supermicro?.RawEventData
  if (raw?.EventDirAndType === undefined || raw.EventData1 === undefined) return undefined
  return {
    sensorType: raw.SensorType,
    eventType: raw.EventDirAndType & 0x7f,
    isAsserted: (raw.EventDirAndType & 0x80) === 0,
    data: [raw.EventData1, raw.EventData2 ?? 0xff, raw.EventData3 ?? 0xff],
  }
}

/** AMI MegaRAC: the message is nothing but the three bytes of event data. */
function toAmiEvent(entry: z.infer<typeof schema>): RawEvent | undefined {
  const digits = /^0x([0-9a-f]{6})$/i.exec(entry.Message ?? '')?.[1]
  if (digits === undefined) return undefined
  const bytes = Buffer.from(digits, 'hex')
  return { sensorType: undefined, eventType: undefined, isAsserted: undefined, data: [bytes[0]!, bytes[1]!, bytes[2]!] }
}
