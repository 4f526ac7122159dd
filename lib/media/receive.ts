import { open, type FileHandle } from 'node:fs/promises'
import { beginChecking, findKeptImage, noteReceived, type KeptImage } from '#lib/db/images-kept.ts'
import type { Database } from '#lib/db/client.ts'
import { readImageLimits } from '#lib/db/settings.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import type { ImageState } from '#lib/domain/image.ts'
import { reserveOf, toNoRoomText } from '#lib/domain/image-space.ts'
import { isDiskFull, type ImageFolder } from './folder.ts'

/** How an image goes on: how much of it is on the disk, and whether more is awaited. */
export type Received = { received: number; state: ImageState }

/** A piece of an upload. `length` is what its sender announces, null when it does not say. */
export type Piece = { id: string; offset: number; length: number | null; body: AsyncIterable<Uint8Array> }

const gone = (id: string) => new BaseboardError('unknown-image', 404, `there is no image ${id}`)

/** A piece is checked for room again after so many bytes: others write to this disk too. */
const lookBytes = 16 * 1024 * 1024

/**
 * Writes the pieces of uploads. What came of a broken request counts, so that the next one goes on after it; an offset before the end is
 * written anew. `onWhole` is called when the last byte of an image lies on the disk.
 */
export function createReceiver({ db, folder, onWhole }: { db: Database; folder: ImageFolder; onWhole: (id: string) => void }) {
  const busy = new Set<string>()
  /** How long each part is: what the database says is what was certain when it was last told. */
  const lengths = new Map<string, number>()

  async function demandRoom({ id, name, bytes }: KeptImage, wanted: number): Promise<void> {
    const [disk, limits] = [await folder.space(), await readImageLimits(db.prisma)]
    const leftBytes = Math.max(0, disk.freeBytes - reserveOf(disk, limits))
    if (wanted <= leftBytes) return
    const missing = (bytes ?? wanted) - (lengths.get(id) ?? 0)
    throw new BaseboardError('disk-full', 507, `${name}: ${toNoRoomText(missing, { leftBytes, limit: 'disk-full' }, limits)}; then go on with the upload`)
  }

  /** Opens the part at what is certain of it. */
  async function openPart({ id, received }: KeptImage): Promise<FileHandle> {
    const file = await open(folder.partOf(id), 'a', 0o600).then(async (created) => (await created.close(), open(folder.partOf(id), 'r+')))
    if (!lengths.has(id)) lengths.set(id, Math.min(received, (await file.stat()).size))
    return file
  }

  async function write(file: FileHandle, image: KeptImage, { offset, body }: Piece): Promise<void> {
    await file.truncate(offset)
    lengths.set(image.id, offset)
    let looked = 0
    for await (const chunk of body) {
      const at = lengths.get(image.id)!
      if (at + chunk.length > image.bytes!) throw new BaseboardError('too-large', 413, `${image.name}: more came than the ${image.bytes} bytes that were announced`)
      if ((looked += chunk.length) > lookBytes) {
        looked = 0
        await demandRoom(image, lookBytes)
      }
      for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done, chunk.length - done, at + done)).bytesWritten
      lengths.set(image.id, at + chunk.length)
    }
  }

  async function receive(piece: Piece): Promise<Received> {
    const image = await findKeptImage(db, piece.id)
    if (image === null) throw gone(piece.id)
    if (image.state !== 'uploading') throw new BaseboardError('not-uploading', 409, `${image.name} is ${image.state}: nothing more is awaited`)
    const file = await openPart(image)
    try {
      const certain = lengths.get(image.id)!
      if (piece.offset > certain) throw new BaseboardError('wrong-offset', 409, `${image.name}: ${certain} bytes are here, so a piece cannot begin at ${piece.offset}`)
      if (piece.offset + (piece.length ?? 0) > image.bytes!) throw new BaseboardError('too-large', 413, `${image.name} was announced with ${image.bytes} bytes`)
      await demandRoom(image, piece.length ?? lookBytes)
      await write(file, image, piece)
    } catch (error) {
      if (!isDiskFull(error)) throw error
      throw new BaseboardError('disk-full', 507, `${image.name}: the depot's disk is full; make room on it, then go on with the upload`, { cause: error })
    } finally {
      await file.datasync().finally(() => file.close())
      if (!(await noteReceived(db, image.id, lengths.get(image.id)!, null))) await forget(image.id)
    }
    return end(image)
  }

  async function end({ id, name, bytes }: KeptImage): Promise<Received> {
    const received = lengths.get(id)
    if (received === undefined) throw new BaseboardError('unknown-image', 404, `${name} was removed meanwhile`)
    if (received < bytes!) return { received, state: 'uploading' }
    lengths.delete(id)
    if (await beginChecking(db, id, received)) onWhole(id)
    return { received, state: 'checking' }
  }

  async function forget(id: string): Promise<void> {
    lengths.delete(id)
    await folder.remove(id)
  }

  return {
    /** Takes one piece; one at a time of an image. */
    async receive(piece: Piece): Promise<Received> {
      if (busy.has(piece.id)) throw new BaseboardError('busy', 409, 'another piece of this image is being written at this moment')
      busy.add(piece.id)
      try {
        return await receive(piece)
      } finally {
        busy.delete(piece.id)
      }
    },
    /** Forgets how long a part was, because its image has gone. */
    forget: (id: string) => void lengths.delete(id),
    isBusy: (id: string) => busy.has(id),
  }
}

export type Receiver = ReturnType<typeof createReceiver>
