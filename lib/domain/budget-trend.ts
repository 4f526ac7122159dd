/** A total that was kept: how much, and of how many it is known. */
export type KeptTotal = { atMs: number; watts: number; told: number; silent: number }

/** A trend is told of no fewer points, over no less time, and not further ahead. */
const leastPoints = 8
const leastMs = 8 * 60_000
const furthestMs = 60 * 60_000
/** How much of the change a straight line must explain (R²). */
const leastFit = 0.8

/**
 * When the cap is reached if it goes on as it did: a straight line through the kept totals, oldest first. Null where that would be a guess:
 * few or short, of changing nodes or partly unknown, falling, scattered, too far ahead, or passed already.
 */
export function toFullAt(kept: readonly KeptTotal[], capWatts: number): number | null {
  const [first, last] = [kept[0], kept.at(-1)]
  if (first === undefined || last === undefined || kept.length < leastPoints || last.atMs - first.atMs < leastMs) return null
  if (kept.some(({ silent, told }) => silent > 0 || told !== last.told) || last.watts >= capWatts) return null
  const mean = (of: (total: KeptTotal) => number) => kept.reduce((sum, total) => sum + of(total), 0) / kept.length
  const [meanMs, meanWatts] = [mean(({ atMs }) => atMs), mean(({ watts }) => watts)]
  const both = mean(({ atMs, watts }) => (atMs - meanMs) * (watts - meanWatts))
  const [spreadMs, spreadWatts] = [mean(({ atMs }) => (atMs - meanMs) ** 2), mean(({ watts }) => (watts - meanWatts) ** 2)]
  if (both <= 0 || spreadWatts === 0 || both ** 2 / (spreadMs * spreadWatts) < leastFit) return null
  const fullMs = meanMs + (capWatts - meanWatts) / (both / spreadMs)
  return fullMs > last.atMs && fullMs - last.atMs <= furthestMs ? Math.round(fullMs) : null
}
