import type { Health } from './health.ts'
import type { Node } from './node.ts'
import type { PowerState } from './power.ts'

/** How often what may go stale is read. */
export const readEveryMs = { power: 10_000, sensors: 60_000, inventory: 6 * 3_600_000 } as const

const missed = 3
/** How long after its reading a value may be shown as present: three missed polls (design §1). */
export const staleAfterMs = { power: missed * readEveryMs.power, sensors: missed * readEveryMs.sensors, inventory: missed * readEveryMs.inventory } as const

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
