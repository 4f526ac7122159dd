/** A line: points are [ms since 1970, value], in the order of time. One with a label is a limit: it is dashed and named where it ends. */
export type Line = { key: string; name: string; points: readonly (readonly [number, number])[]; label?: string }

/** What uPlot draws: times in seconds, and per line a value, null where it breaks, undefined where it has no point of its own. */
export type Aligned = { times: number[]; values: (number | null | undefined)[][] }

/** A silence of this many usual steps is a gap and not a line; never less than five minutes. */
const gapSteps = 3.5
const leastGapMs = 5 * 60_000

/** The usual distance between two points of a line: the median. */
function usualStepMs(points: Line['points']): number {
  const steps = points.slice(1).map(([at], index) => at - (points[index]?.[0] ?? at))
  steps.sort((a, b) => a - b)
  return steps[Math.floor(steps.length / 2)] ?? 0
}

/** The points of a line with a break put into every gap. */
function withBreaks(points: Line['points']): (readonly [number, number | null])[] {
  const gapMs = Math.max(leastGapMs, usualStepMs(points) * gapSteps)
  return points.flatMap((point, index) => {
    const before = points[index - 1]
    if (before === undefined || point[0] - before[0] <= gapMs) return [point]
    return [[before[0] + 1, null] as const, point]
  })
}

/** A break reaches as far as the line has no point of its own: uPlot draws over `undefined`, also beside a null. */
function widenBreaks(values: (number | null | undefined)[]): (number | null | undefined)[] {
  let broken = false
  const forward = values.map((value) => {
    if (value !== undefined) broken = value === null
    return broken ? null : value
  })
  broken = false
  return forward
    .toReversed()
    .map((value) => {
      if (value !== undefined) broken = value === null
      return broken ? null : value
    })
    .toReversed()
}

/** Puts lines with times of their own onto one axis. */
export function align(lines: readonly Line[]): Aligned {
  const broken = lines.map(({ points }) => new Map(withBreaks(points)))
  const all = [...new Set(broken.flatMap((points) => [...points.keys()]))].sort((a, b) => a - b)
  return { times: all.map((at) => at / 1000), values: broken.map((points) => widenBreaks(all.map((at) => points.get(at)))) }
}

/**
 * The ends of pieces of a line, between breaks, that are shorter than `leastSeconds`: as a line they would be nothing, or a speck. `times` in
 * seconds; indexes into it.
 */
export function findSpecks(times: readonly number[], values: readonly (number | null | undefined)[], leastSeconds: number): number[] {
  const specks: number[] = []
  let first: number | null = null
  let last = 0
  const end = () => {
    if (first !== null && times[last]! - times[first]! < leastSeconds) specks.push(last)
    first = null
  }
  values.forEach((value, index) => {
    if (value === null) end()
    if (value == null) return
    first ??= index
    last = index
  })
  end()
  return specks
}

/** What a line says in figures; null for one without points. */
export function summarise(points: Line['points']): { low: number; high: number; last: number; mean: number } | null {
  const last = points.at(-1)
  if (last === undefined) return null
  let low = Infinity
  let high = -Infinity
  let sum = 0
  for (const [, value] of points) {
    low = Math.min(low, value)
    high = Math.max(high, value)
    sum += value
  }
  return { low, high, last: last[1], mean: sum / points.length }
}

/** The lines worth drawing when there are many: those with the highest mean, highest first. */
export function highest(lines: readonly Line[], count: number): Line[] {
  return lines
    .map((line) => ({ line, mean: summarise(line.points)?.mean ?? -Infinity }))
    .filter(({ mean }) => Number.isFinite(mean))
    .sort((a, b) => b.mean - a.mean)
    .slice(0, count)
    .map(({ line }) => line)
}
