import { crossed } from '#lib/domain/sensor.ts'
import type { Machine } from '../machine.ts'
import type { SensorModel } from '../sensors.ts'
import type { Dialect } from './dialects.ts'
import type { MediaFace } from './media.ts'
import type { Sessions } from './sessions.ts'

export type Resource = Record<string, unknown>

/** What the resources of one BMC are made from. */
export interface Subject {
  machine: Machine
  dialect: Dialect
  sessions: Sessions
  paths: Paths
  media: MediaFace
  /** It has the standard's Controls for its fans, which few have. */
  hasFanControls: boolean
  /** Where this BMC listens. */
  address: string
  /** Where its SSH listens; absent where it has none. */
  sshPort?: number | undefined
}

/** Maps each path of the tree to what is there when it is read. */
export type Branch = Map<string, () => Resource>

export interface Paths {
  root: string
  system: string
  chassis: string
  manager: string
  logService: string
  sessionService: string
  sessions: string
}

export function pathsOf(dialect: Dialect): Paths {
  const root = '/redfish/v1'
  const system = `${root}/Systems/${dialect.systemId}`
  const chassis = `${root}/Chassis/${dialect.chassisId}`
  const manager = `${root}/Managers/${dialect.managerId}`
  const logHolder = { Systems: system, Chassis: chassis, Managers: manager }[dialect.log.under]
  return {
    root,
    system,
    chassis,
    manager,
    logService: `${logHolder}/LogServices/${dialect.log.id}`,
    sessionService: `${root}/SessionService`,
    sessions: dialect.sessionsPath,
  }
}

export const link = (path: string) => ({ '@odata.id': path })

export function collection(path: string, type: string, name: string, members: readonly string[]): Resource {
  return {
    '@odata.id': path,
    '@odata.type': `#${type}.${type}`,
    Name: name,
    'Members@odata.count': members.length,
    Members: members.map(link),
  }
}

export type HealthWord = 'OK' | 'Warning' | 'Critical'

const severity: Record<HealthWord, number> = { OK: 0, Warning: 1, Critical: 2 }

export const worst = (words: readonly HealthWord[]): HealthWord =>
  words.reduce((a, b) => (severity[b] > severity[a] ? b : a), 'OK')

/** A sensor's health from its own thresholds, as a BMC judges it. */
export function sensorHealth(machine: Machine, sensor: SensorModel): HealthWord {
  const level = crossed({ name: sensor.name, reading: machine.reading(sensor), unit: null, thresholds: sensor.thresholds })?.level
  if (level === 'critical') return 'Critical'
  return level === 'warning' ? 'Warning' : 'OK'
}

export function supplyHealth(machine: Machine, supply: 1 | 2): HealthWord {
  return machine.circumstances().inputLost[supply - 1] ? 'Critical' : 'OK'
}

export function machineHealth(machine: Machine): HealthWord {
  return worst([supplyHealth(machine, 1), supplyHealth(machine, 2), ...machine.sensors.map((sensor) => sensorHealth(machine, sensor))])
}

/** The Status of a sensor: one that has no value now is absent for the time being. */
export function sensorStatus(machine: Machine, sensor: SensorModel): Resource {
  return machine.reading(sensor) === null
    ? { State: 'UnavailableOffline', Health: null }
    : { State: 'Enabled', Health: sensorHealth(machine, sensor) }
}
