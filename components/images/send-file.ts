import { ApiError } from '#lib/api/fetcher.ts'
import { readImage, sendPiece } from '#lib/api/image-commands.ts'
import { firstPiece, nextPiece, smallerPiece } from './piece-size.ts'

export type SendFile = {
  id: string
  file: Blob
  /** Where it goes on. */
  from: number
  /** How much of the file is there, with what of the present piece has left. */
  onProgress: (bytes: number) => void
  /** The line is broken and is being tried again, or it is well. */
  onLine: (isBroken: boolean) => void
  signal: AbortSignal
}

const pausesMs = [500, 1_000, 2_000, 4_000, 8_000]

/** What another try may cure: the line, web or the depot away, the piece before still being written. A full disk needs a person. */
const isPassing = (error: unknown) => error instanceof ApiError && (error.status === 0 || [401, 408, 429, 500, 502, 503, 504].includes(error.status) || ['busy', 'wrong-offset'].includes(error.code))

const sleep = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason as Error)), { once: true })
  })

/** Sends a file piece by piece until the depot has it whole. Goes on by itself after a broken line; throws what no other try cures. */
export async function sendFile({ id, file, from, onProgress, onLine, signal }: SendFile): Promise<void> {
  let offset = from
  let size = firstPiece
  for (let failures = 0; ; ) {
    try {
      if (failures > 0) {
        // What came of the broken piece counts.
        const known = await readImage(id, signal)
        if (known.state !== 'uploading') return
        offset = known.received
      }
      const startedMs = performance.now()
      const piece = file.slice(offset, offset + size)
      const answer = await sendPiece(id, offset, piece, (sent) => onProgress(offset + Math.min(sent, piece.size)), signal)
      onLine(false)
      failures = 0
      offset = answer.received
      onProgress(offset)
      if (answer.state !== 'uploading') return
      size = nextPiece(piece.size, performance.now() - startedMs)
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error
      onLine(true)
      size = smallerPiece(size)
      await sleep(pausesMs[Math.min(failures, pausesMs.length - 1)]!, signal)
      failures += 1
    }
  }
}
