import type { Thresholds } from './sensor.ts'

/** What is usual where nobody says otherwise: for a page's first draft and for the command line. */

type Temperature = { key: string; name: string; reading: number | null }

export const usualLimitC = 85
const isProcessor = /\b(cpu|proc|p)[ _-]?\d*\b/i

/** The temperatures that fans are most likely wanted for: the processors', else the hottest. */
export function pickSensors<T extends Temperature>(temperatures: readonly T[]): T[] {
  const read = temperatures.filter(({ reading }) => reading !== null)
  const processors = read.filter(({ name }) => isProcessor.test(name) && !/vrm|dimm|mem/i.test(name))
  if (processors.length > 0) return processors.slice(0, 8)
  return [...read].sort((a, b) => (b.reading ?? 0) - (a.reading ?? 0)).slice(0, 1)
}

/** No hotter than where the BMC itself would caution. */
export function pickLimit(chosen: readonly { thresholds: Thresholds }[]): number {
  const own = chosen.flatMap(({ thresholds }) => thresholds.upperCaution ?? thresholds.upperCritical ?? [])
  return Math.max(30, Math.min(usualLimitC, ...own.map((limit) => Math.floor(limit))))
}
