import { open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { DiskSpace } from '#lib/domain/image-space.ts'

/**
 * The folder of the library. A finished image is `<id>.iso`; one that is coming is `<id>.part` and nobody serves it. No name that a person
 * chose is ever a file's name.
 */
export type ImageFolder = {
  path: string
  partOf: (id: string) => string
  fileOf: (id: string) => string
  space: () => Promise<DiskSpace>
  /** Gives a part its place, so that it is there after a power cut too. */
  publish: (id: string) => Promise<void>
  remove: (id: string) => Promise<void>
  /** The ids that have a file here. */
  ids: () => Promise<Set<string>>
}

const ours = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?:iso|part)$/

export function imageFolder(path: string): ImageFolder {
  const partOf = (id: string) => join(path, `${id}.part`)
  const fileOf = (id: string) => join(path, `${id}.iso`)
  return {
    path,
    partOf,
    fileOf,
    async space() {
      const { blocks, bavail, bsize } = await statfs(path)
      return { totalBytes: blocks * bsize, freeBytes: bavail * bsize }
    },
    async publish(id) {
      const part = await open(partOf(id), 'r+')
      await part.sync().finally(() => part.close())
      await rename(partOf(id), fileOf(id))
      const folder = await open(path, 'r')
      await folder.sync().finally(() => folder.close())
    },
    async remove(id) {
      await rm(partOf(id), { force: true })
      await rm(fileOf(id), { force: true })
    },
    async ids() {
      return new Set((await readdir(path)).flatMap((name) => ours.exec(name)?.[1] ?? []))
    },
  }
}

/** How long a file is; null where there is none. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Is this the disk saying that nothing more fits? */
export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException | null)?.code ?? '')
