import { genericStates, type State, type StateSeverity } from './generic-states.ts'
import { sensorTypes } from './sensor-types.ts'

/** Event/reading types (IPMI 2.0 table 42-1). */
const sensorSpecific = 0x6f
const stateCount = 15

export type AssertedState = {
  readonly bit: number
  readonly text: string
  readonly severity: StateSeverity
}

/** The name of a sensor type (IPMI 2.0 table 42-3). */
export function sensorTypeName(sensorType: number): string {
  return sensorTypes[sensorType]?.name ?? (sensorType >= 0xc0 ? 'OEM' : 'Reserved')
}

/** The asserted states of a discrete sensor in words. States that no table knows (OEM types) get only their number. */
export function decodeStates(eventType: number, sensorType: number, states: number): readonly AssertedState[] {
  const table = stateTable(eventType, sensorType)
  const asserted: AssertedState[] = []
  for (let bit = 0; bit < stateCount; bit++) {
    if ((states & (1 << bit)) === 0) continue
    const [text, severity = 'ok'] = table?.[bit] ?? [`State ${bit}`]
    asserted.push({ bit, text, severity })
  }
  return asserted
}

/** One state in words, for the event of a log entry; undefined when no table knows it. */
export function stateText(eventType: number, sensorType: number, bit: number): string | undefined {
  return stateTable(eventType, sensorType)?.[bit]?.[0]
}

function stateTable(eventType: number, sensorType: number): readonly State[] | undefined {
  return eventType === sensorSpecific ? sensorTypes[sensorType]?.states : genericStates[eventType]
}
