const mib = 1024 * 1024

/** What is sent at once: web gives a request 30 s, and a broken line costs no more than one piece. */
export const firstPiece = 2 * mib
const smallest = mib / 4
const largest = 48 * mib
const wantedMs = 4_000

/** The next piece after one of `bytes` took so long: about four seconds' worth, at most four times the last. */
export function nextPiece(bytes: number, tookMs: number): number {
  const fitting = (bytes * wantedMs) / Math.max(tookMs, 1)
  return Math.round(Math.min(largest, Math.max(smallest, Math.min(fitting, bytes * 4))))
}

/** After a broken one: less, because it may have been too much for the line. */
export const smallerPiece = (bytes: number): number => Math.max(smallest, Math.round(bytes / 4))
