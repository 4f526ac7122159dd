import type { Health } from './health.ts'
import type { Node } from './node.ts'
import type { PowerState } from './power.ts'

/** How long after its reading a value may be shown as present: three missed polls (design §1). */
export const staleAfterMs = { power: 30_000, sensors: 180_000, inventory: 18 * 3_600_000 } as const

const isStale = (at: string | null, limitMs: number, nowMs: number) => at === null || nowMs - Date.parse(at) > limitMs

/** Nobody can say what its sensors read now: the BMC does not answer, or was not swept for too long. */
export const isSweepOld = ({ health, bmc }: Pick<Node, 'health' | 'bmc'>, nowMs: number) => bmc.state !== 'ok' || isStale(health.at, staleAfterMs.sensors, nowMs)

/** What may be said of a node at a moment: an old `on` is unknown, an old `ok` is grey. Pure; pages call it as time passes. */
export function asOf(subject: Pick<Node, 'power' | 'health' | 'bmc'>, nowMs: number): { power: PowerState; health: Health; stale: boolean } {
  const silent = subject.bmc.state !== 'ok'
  const powerStale = isStale(subject.power.at, staleAfterMs.power, nowMs)
  return {
    power: silent || powerStale ? 'unknown' : subject.power.state,
    health: isSweepOld(subject, nowMs) ? { level: 'unknown', reasons: subject.health.reasons } : { level: subject.health.level, reasons: subject.health.reasons },
    stale: silent || powerStale,
  }
}
