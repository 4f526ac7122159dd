import type { ImageReads } from '#lib/domain/image-link.ts'

/** `fresh`: just opened. `never`: open for a while, and nothing was read. `ended`: nobody may read by it any more. */
export type ReadState = 'fresh' | 'never' | 'reads' | 'quiet' | 'ended' | 'unused'

const patienceMs = 10 * 60_000
const quietMs = 60_000

/** How a permission to read an image stands, from what was read by it. */
export function toReadState({ createdAt, expiresAt, revokedAt, lastReadAt }: Pick<ImageReads, 'createdAt' | 'expiresAt' | 'revokedAt' | 'lastReadAt'>, nowMs: number): ReadState {
  if (revokedAt !== null || Date.parse(expiresAt) <= nowMs) return lastReadAt === null ? 'unused' : 'ended'
  if (lastReadAt === null) return nowMs - Date.parse(createdAt) < patienceMs ? 'fresh' : 'never'
  return nowMs - Date.parse(lastReadAt) < quietMs ? 'reads' : 'quiet'
}
