import { performance, type EventLoopUtilization } from 'node:perf_hooks'

/** How much of its usual reading at once this process can do without making everything wait, 1/8 to 1; looked at several times a second. */
export type Load = { share: () => number; stop: () => void }

const lookEveryMs = 250
const leastShare = 1 / 8

/**
 * Hundreds of sweeps under way are hundreds of answers in line before whatever comes next, a command or Postgres' word. Where the process is
 * busy all of the time, fewer at once get as much done, and the line is short.
 */
export function watchLoad(): Load {
  let share = 1
  let before: EventLoopUtilization = performance.eventLoopUtilization()
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization()
    share = toShare(share, performance.eventLoopUtilization(now, before).utilization)
    before = now
  }, lookEveryMs)
  timer.unref()
  return { share: () => share, stop: () => clearInterval(timer) }
}

/** `utilization`: 0 to 1, of the time since the last look. */
export function toShare(share: number, utilization: number): number {
  if (utilization > 0.9) return Math.max(leastShare, share / 2)
  return utilization < 0.75 ? Math.min(1, share * 1.5) : share
}
