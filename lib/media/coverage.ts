import { touchedBlocks } from '#lib/domain/image-link.ts'

/** Sets the bits of the blocks that `start` up to, and without, `end` lies in. `map` has a bit for each 256th of a file of `size` bytes. */
export function touch(map: Uint8Array, size: number, start: number, end: number): void {
  if (end <= start || size <= 0) return
  const first = Math.floor((start * touchedBlocks) / size)
  const last = Math.min(Math.floor(((end - 1) * touchedBlocks) / size), touchedBlocks - 1)
  for (let block = first; block <= last; block += 1) map[block >> 3]! |= 0x80 >> (block & 7)
}
