/** How fast something comes, from what was seen of it: over the last seconds, so that it neither jumps nor lags. */
export type Sample = { atMs: number; bytes: number }

const windowMs = 10_000
const shortestMs = 1_500

/** Adds a sample and forgets the old ones; one that went back (a piece that is sent again) begins anew. */
export function withSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1)
  if (last !== undefined && sample.bytes < last.bytes) return [sample]
  return [...samples.filter(({ atMs }) => sample.atMs - atMs <= windowMs), sample]
}

/** Bytes per second; null before enough was seen. */
export function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined || last.atMs - first.atMs < shortestMs) return null
  return ((last.bytes - first.bytes) * 1_000) / (last.atMs - first.atMs)
}

/** How long the rest takes at this rate; null where nobody can say. */
export function leftMs(received: number, bytes: number | null, bytesPerSecond: number | null): number | null {
  if (bytes === null || bytesPerSecond === null || bytesPerSecond < 1) return null
  return ((bytes - received) / bytesPerSecond) * 1_000
}
