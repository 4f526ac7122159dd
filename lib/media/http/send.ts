import type { ServerResponse } from 'node:http'
import type { ImageFile } from '../image-files.ts'
import type { Piece } from './answer.ts'

/** What is read and handed on at once; an answer holds one such piece, and no more, of memory. */
const chunkBytes = 256 * 1024
/** BMCs ask for 2 to 64 KiB: those come from blocks in memory, without a copy. */
const smallBytes = 64 * 1024
const mostKept = 64

/** Buffers that are used again: a thousand answers a second would otherwise leave a thousand for the collector. */
const free: Buffer[] = []
const takeBuffer = () => free.pop() ?? Buffer.allocUnsafeSlow(chunkBytes)
const giveBack = (buffer: Buffer) => void (free.length < mostKept && free.push(buffer))

/** The reader has left, as BMCs do: nobody's fault. */
export class Gone extends Error {
  override readonly name = 'Gone'
}

/** Writes and waits until the socket has taken it: a slow reader holds one buffer and the disk waits for it. */
const write = (response: ServerResponse, data: string | Buffer, last: boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    if (response.destroyed || response.socket === null) return reject(new Gone('the reader has left'))
    const gone = () => reject(new Gone('the reader has left'))
    response.once('close', gone)
    const done = (error?: Error | null) => {
      response.off('close', gone)
      if (error) reject(new Gone(error.message, { cause: error }))
      else resolve()
    }
    if (last) response.end(data, done)
    else response.write(data, done)
  })

/** Sends the pieces of an answer's body; `noteRead` is told of each span of the file once the socket has taken it. */
export async function sendPieces(response: ServerResponse, pieces: readonly Piece[], file: ImageFile, noteRead: (start: number, end: number) => void): Promise<void> {
  if (pieces.length === 0) return void response.end()
  for (const [i, piece] of pieces.entries()) {
    const isLast = i === pieces.length - 1
    if (typeof piece === 'string') await write(response, piece, isLast)
    else await sendSpan(response, piece, isLast, file, noteRead)
  }
}

type NoteRead = (start: number, end: number) => void
const shortOf = (at: number, file: ImageFile) => new Error(`the file ends at ${at}, before its ${file.facts.size} bytes`)

async function sendSpan(response: ServerResponse, { start, end }: { start: number; end: number }, isLast: boolean, file: ImageFile, noteRead: NoteRead): Promise<void> {
  if (end - start > smallBytes) return sendChunks(response, { start, end }, isLast, file, noteRead)
  let at = start
  await file.lend(end - start, start, async (bytes) => {
    const next = at + bytes.length
    await write(response, bytes, isLast && next === end)
    noteRead(at, next)
    at = next
  })
  if (at !== end) throw shortOf(at, file)
}

async function sendChunks(response: ServerResponse, { start, end }: { start: number; end: number }, isLast: boolean, file: ImageFile, noteRead: NoteRead): Promise<void> {
  const buffer = takeBuffer()
  for (let at = start; at < end; ) {
    const length = Math.min(end - at, buffer.length)
    const got = await file.read(buffer, length, at)
    if (got !== length) throw shortOf(at + got, file)
    await write(response, buffer.subarray(0, got), isLast && at + got === end)
    noteRead(at, at + got)
    at += got
  }
  // Given back only when all went well: of one that left, the socket may still hold it.
  giveBack(buffer)
}
