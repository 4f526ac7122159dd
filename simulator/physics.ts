import { drift } from './noise.ts'

/** What surrounds a machine and what ails it; a persona changes these, the physics does the rest. */
export interface Circumstances {
  /** Added to the temperature of the air in front of the machine, in °C. */
  inletOffset: number
  /** Added to the processors' temperature, in °C (dust, a loose heat sink). */
  cpuOffset: number
  /** The load never falls below this share (0…1). */
  loadFloor: number
  /** Which power supplies have lost their mains. */
  inputLost: readonly [boolean, boolean]
  /** How far the BMC's clock is ahead of the true time, in ms; `unset`: it counts from 1970 since the BMC's start. */
  clockError: number | 'unset'
  /** How far its System Event Log runs ahead of its clock, in minutes: it is kept in local time, and says so over IPMI. */
  selZoneMinutes: number
}

export const calm: Circumstances = { inletOffset: 0, cpuOffset: 0, loadFloor: 0, inputLost: [false, false], clockError: 0, selZoneMinutes: 0 }

/** How far the machine had warmed up when its power last changed, from which any later moment follows. */
export interface Warmth {
  /** 0 is as cold as the room, 1 fully warmed through. */
  share: number
  atMs: number
  powered: boolean
}

/** The physical state of one machine at one moment. */
export interface Conditions {
  nowMs: number
  powered: boolean
  /** 0…1 */
  load: number
  inletCelsius: number
  cpuCelsius: number
  /** 0…1; 0 when the machine is off. What the BMC gives, or would give. */
  fanDuty: number
  /** The duty of each fan, 0…1. */
  fanDuties: readonly number[]
  /** Drawn by the machine, before the supplies' losses. */
  watts: number
  inputLost: readonly [boolean, boolean]
}

const warmUpMs = 90_000
const coolDownMs = 240_000
const standbyWatts = 14

/** Newton's law of cooling in closed form, so that nobody has to tick. */
export function warmthAt(warmth: Warmth, nowMs: number): number {
  const target = warmth.powered ? 1 : 0
  const timeConstant = warmth.powered ? warmUpMs : coolDownMs
  return target + (warmth.share - target) * Math.exp(-Math.max(0, nowMs - warmth.atMs) / timeConstant)
}

/** What somebody did to the fans: the duty in percent of each that stands still, and how much hotter or cooler that makes the processors. */
export interface Airflow {
  held: readonly (number | null)[]
  /** What the BMC gives at least, in percent. */
  least: number
  heat: number
}

/** Temperatures, fans and watts that follow from load, ambient air and how long the machine has been on. */
export function conditions(seed: number, circumstances: Circumstances, warmth: Warmth, nowMs: number, airflow: Airflow): Conditions {
  const { powered } = warmth
  const load = powered ? loadAt(seed, circumstances.loadFloor, nowMs) : 0
  const warm = warmthAt(warmth, nowMs)
  const day = Math.sin((nowMs / 86_400_000) * 2 * Math.PI)
  const inletCelsius = 22.5 + day * 1.2 + drift(seed + 1, nowMs, 300_000) * 0.8 + circumstances.inletOffset
  const cpuCelsius = inletCelsius + warm * (18 + 34 * load + circumstances.cpuOffset) * airflow.heat
  const fanDuty = powered ? clamp(0.28 + (cpuCelsius - 48) / 60, Math.max(0.28, airflow.least / 100), 1) : 0
  const fanDuties = airflow.held.map((percent) => (!powered ? 0 : percent === null ? fanDuty : percent / 100))
  const meanCube = fanDuties.reduce((sum, duty) => sum + duty ** 3, 0) / Math.max(1, fanDuties.length)
  const watts = powered ? 120 + 430 * load + 70 * meanCube : standbyWatts
  return { nowMs, powered, load, inletCelsius, cpuCelsius, fanDuty, fanDuties, watts, inputLost: circumstances.inputLost }
}

function loadAt(seed: number, floor: number, nowMs: number): number {
  const job = drift(seed + 2, nowMs, 600_000) * 0.28
  const jitter = drift(seed + 3, nowMs, 20_000) * 0.06
  return clamp(Math.max(0.5 + job + jitter, floor), 0.02, 0.95)
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
