import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** More than a checkpoint is long. */
const tailBytes = 4096

export type CheckpointFile = {
  /** The last whole line; null while there is none. */
  lastLine: string | null
  /** Appends lines and waits until they are on the disk. */
  append: (lines: readonly string[]) => Promise<void>
  close: () => Promise<void>
}

/** The entry of a new file in its folder must be on the disk too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Opens a file of one checkpoint a line, makes it where it is missing, and takes away the half line that a crash has left at its end. */
export async function openCheckpointFile(path: string): Promise<CheckpointFile> {
  const handle = await open(path, 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    if (size === 0) await syncFolder(path)
    const from = Math.max(0, size - tailBytes)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(tailBytes), 0, tailBytes, from)
    const tail = buffer.toString('utf8', 0, bytesRead)
    const end = tail.lastIndexOf('\n') + 1
    const torn = Buffer.byteLength(tail.slice(end))
    if (torn > 0) await handle.truncate(size - torn)
    const lines = tail.slice(0, end).split('\n')
    return {
      lastLine: lines.at(-2) ?? null,
      async append(more) {
        await handle.appendFile(more.map((line) => `${line}\n`).join(''))
        await handle.sync()
      },
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}
