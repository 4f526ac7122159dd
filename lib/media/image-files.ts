import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { blockCache, type ReadAt, type Use } from './block-cache.ts'
import { toFileFacts, type FileFacts } from './http/answer.ts'

/** A published image. Both ways to read give how many bytes there were: fewer than asked only at the end of the file. */
export type ImageFile = {
  facts: FileFacts
  /** Into the reader's own buffer. */
  read: (buffer: Buffer, length: number, position: number) => Promise<number>
  /** From blocks in memory, for small pieces: each is good until `use` of it has ended. */
  lend: (length: number, position: number, use: Use) => Promise<number>
}

export type ImageFiles = {
  /** The image, opened where it is not yet; null where there is no such file. */
  find: (imageId: string) => Promise<ImageFile | null>
  /** Closes those that nobody has read for a while: a later read opens them again. */
  closeIdle: () => Promise<void>
  close: () => Promise<void>
}

type Held = { handle: Promise<FileHandle>; facts: Promise<FileFacts>; usedAt: number; reading: number }

const idleMs = 60_000
/** Blocks in memory: 32 MiB at the most. */
const [blockBytes, cachedBlocks] = [524_288, 64]
const isImageId = (text: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

async function factsOf(handle: Promise<FileHandle>): Promise<FileFacts> {
  const { size, mtimeMs } = await (await handle).stat()
  return toFileFacts(size, mtimeMs)
}

/**
 * The files of the library as they are read: one descriptor for each image however many BMCs read it. A published file is never written again
 * (it comes by a rename), so its facts are looked at once.
 */
export function imageFiles(folder: string, now: () => number = () => performance.now()): ImageFiles {
  const held = new Map<string, Held>()
  const cache = blockCache(cachedBlocks, blockBytes)

  function hold(imageId: string): Held {
    const known = held.get(imageId)
    if (known !== undefined) return known
    const handle = open(join(folder, `${imageId}.iso`), 'r')
    const made = { handle, facts: factsOf(handle), usedAt: now(), reading: 0 }
    made.facts.catch(() => held.delete(imageId))
    held.set(imageId, made)
    return made
  }

  async function using<T>(imageId: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
    const one = hold(imageId)
    one.reading += 1
    try {
      return await work(await one.handle)
    } finally {
      one.reading -= 1
      one.usedAt = now()
    }
  }

  const toFile = (imageId: string, facts: FileFacts): ImageFile => {
    const readAt: ReadAt = (block, at) => using(imageId, async (handle) => (await handle.read(block, 0, block.length, at)).bytesRead)
    return {
      facts,
      read: (buffer, length, position) => using(imageId, async (handle) => (await handle.read(buffer, 0, length, position)).bytesRead),
      lend: (length, position, use) => cache.lend(imageId, readAt, length, position, use),
    }
  }

  async function shut(imageId: string, { handle }: Held): Promise<void> {
    held.delete(imageId)
    await (await handle.catch(() => null))?.close()
  }

  return {
    async find(imageId) {
      if (!isImageId(imageId)) return null
      const one = hold(imageId)
      one.usedAt = now()
      try {
        const facts = await one.facts
        return toFile(imageId, facts)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    async closeIdle() {
      const idle = [...held].filter(([, { usedAt, reading }]) => reading === 0 && now() - usedAt > idleMs)
      await Promise.all(idle.map(([imageId, one]) => shut(imageId, one)))
    },
    async close() {
      await Promise.all([...held].map(([imageId, one]) => shut(imageId, one)))
    },
  }
}
