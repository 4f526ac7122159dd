import { randomBytes as drawBytes } from 'node:crypto'

const drawnAtOnce = 4096
let drawn = Buffer.alloc(0)
let used = 0

/**
 * Random bytes of the system's generator, each given out once. They are drawn many at a time: drawing sixteen costs as
 * much as encrypting a packet does. A used-up buffer is left to those who hold parts of it, never filled again.
 */
export function randomBytes(length: number): Buffer {
  if (length > drawnAtOnce) return drawBytes(length)
  if (used + length > drawn.length) {
    drawn = drawBytes(drawnAtOnce)
    used = 0
  }
  used += length
  return drawn.subarray(used - length, used)
}
