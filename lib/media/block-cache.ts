/** Fills a buffer from a position of a file; gives how many bytes there were. */
export type ReadAt = (buffer: Buffer, position: number) => Promise<number>

export type Use = (bytes: Buffer) => Promise<void> | void

export type BlockCache = {
  /**
   * Lends the bytes from `position` on, in one piece or, over the edge of a block, in several: each is good until `use` of it has ended.
   * Gives how many there were: fewer than `length` only at the end of the file.
   */
  lend: (file: string, readAt: ReadAt, length: number, position: number, use: Use) => Promise<number>
}

type Block = { bytes: Buffer; filled: Promise<number>; users: number }

/**
 * The last blocks that were read, of all files together: a BMC asks for 2 to 64 KiB at a time, in a row, and thirty that install ask for the
 * same. Each read of a file goes through a thread of libuv and costs more than the bytes do. Buffers are made once and used again, so
 * what it holds is `most` × `blockBytes` at the most, for good.
 */
export function blockCache(most: number, blockBytes: number): BlockCache {
  // The oldest use comes first.
  const blocks = new Map<string, Block>()

  /** A buffer that nobody needs: a new one while there is room, else the one whose last use is longest ago. */
  function takeBuffer(): Buffer {
    if (blocks.size >= most) {
      for (const [key, { bytes, users }] of blocks) {
        if (users > 0) continue
        blocks.delete(key)
        return bytes
      }
    }
    return Buffer.allocUnsafeSlow(blockBytes)
  }

  function take(file: string, readAt: ReadAt, index: number): Block {
    const key = `${file} ${index}`
    const known = blocks.get(key)
    if (known !== undefined) {
      blocks.delete(key)
      blocks.set(key, known)
      return known
    }
    const bytes = takeBuffer()
    const made = { bytes, filled: readAt(bytes, index * blockBytes), users: 0 }
    blocks.set(key, made)
    // A disk that could not be read is asked again by the next.
    made.filled.catch(() => blocks.delete(key))
    return made
  }

  return {
    async lend(file, readAt, length, position, use) {
      let got = 0
      while (got < length) {
        const index = Math.floor((position + got) / blockBytes)
        const block = take(file, readAt, index)
        // While somebody waits for it or sends it, it is given to no other place of a file.
        block.users += 1
        try {
          const filled = await block.filled
          const start = position + got - index * blockBytes
          const count = Math.min(length - got, filled - start)
          if (count <= 0) break
          got += count
          await use(block.bytes.subarray(start, start + count))
        } finally {
          block.users -= 1
        }
      }
      return got
    },
  }
}
