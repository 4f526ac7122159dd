import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import type { ImageFacts, ImageFailure } from '#lib/domain/image.ts'
import { toSizeText } from '#lib/domain/image-space.ts'
import { lookAtImage } from './look.ts'
import type { ReadAt } from './iso9660.ts'

export type Checked = { facts: ImageFacts; sha256: string } | { failure: ImageFailure } | 'stopped'

export type CheckOptions = {
  expectedSha256: string | null
  /** Called about once a second with how much has been summed; false stops the check. */
  onProgress: (bytes: number) => Promise<boolean>
  signal: AbortSignal
}

const pieceBytes = 1024 * 1024
const progressMs = 1_000

const failed = (code: ImageFailure['code'], text: string | null = null): Checked => ({ failure: { code, text } })

/** Reads a finished file once: is it an image, is it whole, is its sum the expected one? A given sum that fits proves more than its descriptors do. */
export async function checkImage(path: string, options: CheckOptions): Promise<Checked> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const look = await lookAtImage(readerOf(file))
    if (look === null) return failed('not-an-image')
    const isCut = look.bytes > size
    const cut = () => failed('truncated', `${toSizeText(size)} of ${toSizeText(look.bytes)}`)
    if (isCut && options.expectedSha256 === null) return cut()
    const sha256 = await sumOf(file, options)
    if (sha256 === null) return 'stopped'
    if (options.expectedSha256 !== null && sha256 !== options.expectedSha256) return isCut ? cut() : failed('checksum', sha256)
    return { facts: look.facts, sha256 }
  } finally {
    await file.close()
  }
}

const readerOf =
  (file: FileHandle): ReadAt =>
  async (offset, length) => {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset)
    return buffer.subarray(0, bytesRead)
  }

/** SHA-256 of the whole file, a mebibyte at a time: in between, BMCs are answered. Null when it was stopped. */
async function sumOf(file: FileHandle, { onProgress, signal }: CheckOptions): Promise<string | null> {
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(pieceBytes)
  let done = 0
  for (let toldAt = performance.now(); ; ) {
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, done)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(buffer.subarray(0, bytesRead))
    done += bytesRead
    if (signal.aborted) return null
    if (performance.now() - toldAt < progressMs) continue
    toldAt = performance.now()
    if (!(await onProgress(done))) return null
  }
}
