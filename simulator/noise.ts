/**
 * Deterministic pseudo-randomness: the same seed and the same moment always give the same weather, so that a test, a
 * demo and a benchmark see the same rack. Nothing here is fit for secrets.
 */

/** Mixes two integers into a fraction in [0, 1) (a Murmur3 finaliser). */
export function fraction(seed: number, n: number): number {
  let h = (seed ^ Math.imul(n | 0, 0x9e3779b1)) >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 0x1_0000_0000
}

/** A stable 32-bit seed for a text (FNV-1a). */
export function seedOf(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

/** Smooth value noise in [-1, 1]: one random point every `periodMs`, joined by a smoothstep so that charts have no corners. */
export function drift(seed: number, nowMs: number, periodMs: number): number {
  const position = nowMs / periodMs
  const bucket = Math.floor(position)
  const x = position - bucket
  const from = fraction(seed, bucket)
  const to = fraction(seed, bucket + 1)
  return (from + (to - from) * x * x * (3 - 2 * x)) * 2 - 1
}

/** A stream of fractions in [0, 1), for dice that must differ from throw to throw yet repeat from run to run. */
export function dice(seed: number): () => number {
  let throws = 0
  return () => fraction(seed, ++throws)
}
