import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { SensorValue } from '../sensor/read.ts'
import type { ThresholdName } from '../sensor/thresholds.ts'

const besideProject = (folder: string) => resolve('../shared', folder)

/** Recordings of real machines, for tests only: `RECORDINGS`, else beside the project. Tests skip themselves without it. */
export const recordingsFolder = process.env.RECORDINGS ?? besideProject('recordings')
export const rigsFolder = process.env.RIGS ?? besideProject('rigs')
export const serversFolder = join(recordingsFolder, 'ipmi/servers')

/** The recorded servers; none where there are no recordings. */
export function recordedServers(): readonly string[] {
  return existsSync(serversFolder) ? readdirSync(serversFolder).toSorted() : []
}

/** What ipmitool printed of one analogue sensor, as one comparable line: name, value, unit, state, thresholds. */
export type SensorLine = string

const thresholdColumns: readonly ThresholdName[] = [
  'lowerNonRecoverable',
  'lowerCritical',
  'lowerNonCritical',
  'upperNonCritical',
  'upperCritical',
  'upperNonRecoverable',
]

/** The analogue sensors that have a value in `ipmitool sensor list`, sorted; a name may occur twice. */
export function analogLines(sensorList: string): readonly SensorLine[] {
  return sensorList
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 10 && cells[2] !== 'discrete' && cells[1] !== 'na')
    .map((cells) => cells.join(' | '))
    .toSorted()
}

export function expectedAnalogLines(server: string): readonly SensorLine[] {
  return analogLines(readFileSync(join(serversFolder, server, 'ipmitool-sensor-list.txt'), 'utf8'))
}

/** The same lines from what our client read: every sensor with a value. */
export function ourAnalogLines(values: readonly SensorValue[]): readonly SensorLine[] {
  return values
    .filter((sensor) => sensor.value !== undefined)
    .map((sensor) => [sensor.name, decimal(sensor.value), sensor.unit, stateWord(sensor), ...thresholdCells(sensor)].join(' | '))
    .toSorted()
}

function thresholdCells(sensor: SensorValue): readonly string[] {
  return thresholdColumns.map((name) => decimal(sensor.thresholds[name]))
}

function decimal(value: number | undefined): string {
  return value === undefined ? 'na' : value.toFixed(3)
}

const stateWords = { ok: 'ok', 'non-critical': 'nc', critical: 'cr', 'non-recoverable': 'nr' } as const

function stateWord(sensor: SensorValue): string {
  return sensor.thresholdState ? stateWords[sensor.thresholdState] : 'na'
}
