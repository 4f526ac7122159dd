import type { Machine } from './machine.ts'
import { fraction } from './noise.ts'
import type { Persona } from './personas.ts'

const hour = 3_600_000

/**
 * Writes what a machine's log holds at `sinceMs`, when its rack first stood: a few weeks of ordinary life and what ails it that day. A rack
 * that is started again has the same entries at the same times, as a real log would.
 */
export function writeHistory(machine: Machine, persona: Persona, seed: number, sinceMs: number): void {
  const { log } = machine
  const at = (hoursAgo: number) => sinceMs - hoursAgo * hour
  log.add(at(700 + fraction(seed, 1) * 40), { what: 'poweredOn' })
  log.add(at(699), { what: 'booted' })
  log.add(at(300 + fraction(seed, 2) * 90), { what: 'correctableEcc', slot: 1 + Math.floor(fraction(seed, 3) * 8) })
  log.add(at(120), { what: 'restarted' })
  log.add(at(119.9), { what: 'booted' })
  if (persona.startsOff) log.add(at(20), { what: 'poweredOff' })
  persona.circumstances.inputLost.forEach((isLost, i) => {
    if (isLost) log.add(at(3), { what: 'supplyInputLost', supply: i === 0 ? 1 : 2, asserted: true })
  })
  const inlet = machine.sensors.find((sensor) => sensor.place === 'intake')
  const limit = inlet?.thresholds.upperCaution
  if (inlet && limit !== undefined && persona.circumstances.inletOffset > 10) {
    log.add(at(1), { what: 'temperatureHigh', sensor: inlet.number, reading: limit + 1, limit })
  }
  if (persona.logIsFull) {
    while (!log.overflowed()) log.add(at(0.5), { what: 'correctableEcc', slot: 1 + (log.records().length % 8) })
  }
}
