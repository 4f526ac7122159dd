import { sensorTypes } from '../sensor/sensor-types.ts'
import { stateText } from '../sensor/states.ts'
import * as words from './event-words.ts'

/** What event data 2 and 3 of an event mean; FFh is "unspecified" wherever a table does not say otherwise. */
type EventData = { readonly offset: number; readonly data2: number; readonly data3: number }
type Reading = (data: EventData) => readonly (string | undefined)[]

const unspecified = 0xff
const high = (byte: number): number => byte >> 4
const low = (byte: number): number => byte & 0x0f

/** A word of a table; a number that it lacks is shown as the number, and "unspecified" not at all. */
function word(table: readonly string[], index: number): string | undefined {
  const text = table[index] ?? `code ${toHex(index)}`
  return text === '' || text === 'unspecified' || text === 'reserved' ? undefined : text
}

const numbered = (name: string, value: number): string | undefined => (value === unspecified ? undefined : `${name} ${value}`)

/** Type, then the meaning of its offsets; those that need both bytes look at them themselves. */
const readings: Readonly<Record<number, Reading>> = {
  0x05: ({ offset, data2 }) => (offset === 0x04 ? [numbered('network controller', data2)] : []),
  0x08: ({ offset, data3 }) => (offset === 0x06 && data3 !== unspecified ? [word(words.supplyErrors, low(data3))] : []),
  0x0c: ({ data3 }) => [numbered('module', data3)],
  0x0f: ({ offset, data2 }) => (data2 === unspecified ? [] : [word(offset === 0 ? words.firmwareErrors : words.firmwareStages, data2)]),
  0x10: readLoggingDisabled,
  0x12: readSystemEvent,
  0x19: readPowerStates,
  0x1d: ({ offset, data2, data3 }) =>
    offset === 0x07 && data2 !== unspecified ? [word(words.restartCauses, low(data2)), numbered('channel', data3)] : [],
  0x21: ({ data2, data3 }) => [data2 === unspecified ? undefined : word(words.slotTypes, data2 & 0x7f), numbered('number', data3)],
  0x23: readWatchdog,
  0x28: readSubsystemHealth,
  0x2a: readSessionAudit,
  0x2b: ({ data2 }) => (data2 === unspecified ? [] : [word(words.versionChanges, data2)]),
  0x2c: readFruState,
}

/** Event data 2 and 3 of a sensor-specific event in words, as far as table 42-3 gives them any; a byte given as undefined says nothing. */
export function sensorSpecificDetails(
  sensorType: number,
  offset: number,
  data2: number | undefined,
  data3: number | undefined,
): readonly string[] {
  const reading = readings[sensorType]
  if (reading === undefined) return []
  return reading({ offset, data2: data2 ?? unspecified, data3: data3 ?? unspecified }).filter((text) => text !== undefined)
}

function readLoggingDisabled({ offset, data2, data3 }: EventData): readonly (string | undefined)[] {
  if (offset === 0x00) return [numbered('module', data2)]
  if (offset === 0x05 && data3 <= 100) return [`${data3} % full`]
  if (offset === 0x06) return [numbered('processor', data3)]
  if (offset !== 0x01 || data2 === unspecified) return []
  const isAll = (data3 & 0x20) !== 0
  const isAssertion = (data3 & 0x10) !== 0
  const which = stateText(data2, 0, low(data3)) ?? `offset ${low(data3)} of event type ${toHex(data2)}`
  if (data3 === unspecified || isAll) return [`all events of type ${toHex(data2)}`]
  return [`${which} (${isAssertion ? 'assertion' : 'deassertion'})`]
}

function readSystemEvent({ offset, data2 }: EventData): readonly (string | undefined)[] {
  if (data2 === unspecified) return []
  if (offset === 0x03) return [word(words.auxiliaryActions, high(data2)), word(words.auxiliaryLogs, low(data2))]
  if (offset === 0x04) return words.pefActions.filter((_, bit) => (data2 & (1 << bit)) !== 0)
  if (offset !== 0x05) return []
  return [low(data2) === 0 ? 'SEL clock' : 'SDR clock', (data2 & 0x80) === 0 ? 'before the change' : 'after the change']
}

function readPowerStates({ offset, data2, data3 }: EventData): readonly (string | undefined)[] {
  const states = sensorTypes[0x22]?.states
  const named = (byte: number) => (byte === unspecified ? undefined : states?.[low(byte)]?.[0])
  if (offset !== 0x00) return []
  const [asked, was] = [named(data2), named(data3)]
  return [asked && `asked for ${asked}`, was && `was ${was}`]
}

function readWatchdog({ data2 }: EventData): readonly (string | undefined)[] {
  if (data2 === unspecified) return []
  const [interrupt, use] = [high(data2), low(data2)]
  const isSilent = interrupt === 0 || interrupt === 0x0f
  return [use === 0x0f ? undefined : word(words.watchdogUses, use), isSilent ? undefined : word(words.watchdogInterrupts, interrupt)]
}

function readSubsystemHealth({ offset, data2, data3 }: EventData): readonly (string | undefined)[] {
  if (offset === 0x04) return [data2 === unspecified ? undefined : `sensor ${toHex(data2)}`]
  if (offset !== 0x05) return []
  return [(data2 & 0x80) !== 0 && data2 !== unspecified ? numbered('FRU', data3) : undefined]
}

function readSessionAudit({ offset, data2, data3 }: EventData): readonly (string | undefined)[] {
  const user = data2 & 0x3f
  const isKnown = data2 !== unspecified && user !== 0
  return [
    isKnown ? `user ${user}` : undefined,
    data3 === unspecified ? undefined : `channel ${low(data3)}`,
    offset === 0x01 && data3 !== unspecified ? word(words.sessionEnds, (data3 >> 4) & 0x03) : undefined,
  ]
}

function readFruState({ data2 }: EventData): readonly (string | undefined)[] {
  if (data2 === unspecified) return []
  const before = sensorTypes[0x2c]?.states?.[low(data2)]?.[0]
  return [before && `was ${before}`, high(data2) === 0x0f ? undefined : word(words.fruStateCauses, high(data2))]
}

export function toHex(byte: number): string {
  return `${byte.toString(16).toUpperCase().padStart(2, '0')}h`
}
