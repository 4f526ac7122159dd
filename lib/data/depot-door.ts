import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { json } from 'node:stream/consumers'
import { pieceAnswer, type PieceAnswer } from '#lib/api/images-contract.ts'
import { config } from '#lib/config/environment.ts'
import { depotFolderName, depotSocketName } from '#lib/config/relay.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import type { DiskSpace } from '#lib/domain/image-space.ts'
import * as z from 'zod/mini'

/** web's way to the depot: what it holds is the depot's word, and it keeps nothing of what goes through. */

const away = (cause: unknown) => new BaseboardError('depot-away', 503, 'the depot does not answer; what has come so far is kept', { cause })
/** A piece has as long as web gives its sender; whoever opens a page does not wait for a depot that hangs. */
const pieceMs = 28_000
const spaceMs = 2_000
const said = z.object({ code: z.string(), message: z.string() })
const disk = z.object({ totalBytes: z.number(), freeBytes: z.number() })

type Ask = { method: 'GET' | 'PATCH'; path: string; limitMs: number; headers?: Record<string, string>; body?: Readable }

async function ask({ method, path, limitMs, headers = {}, body }: Ask): Promise<unknown> {
  const socketPath = join(config().DATA_DIR, depotFolderName, depotSocketName)
  const asked = request({ socketPath, method, path, headers, agent: false, signal: AbortSignal.timeout(limitMs) })
  const answered = new Promise<IncomingMessage>((resolve, reject) => asked.once('response', resolve).once('error', reject))
  // A piece that the depot refuses is answered before it was sent whole: then its answer counts, and not that the line broke.
  const sent = body === undefined ? Promise.resolve(void asked.end()) : pipeline(body, asked)
  const broke = sent.then(
    () => null,
    (error: unknown) => error,
  )
  const response = await answered.catch(async (error: unknown) => {
    const cause = await broke
    throw cause instanceof BaseboardError ? cause : away(error)
  })
  const answer: unknown = await json(response).catch((error: unknown) => Promise.reject(away(error)))
  if (response.statusCode === 200) return answer
  body?.destroy()
  const refusal = said.safeParse(answer)
  if (!refusal.success || response.statusCode === 500) throw away(answer)
  throw new BaseboardError(refusal.data.code, response.statusCode!, refusal.data.message)
}

/** The depot's disk; null when it does not answer. */
export async function readDiskSpace(): Promise<DiskSpace | null> {
  return ask({ method: 'GET', path: '/space', limitMs: spaceMs }).then(
    (answer) => disk.parse(answer),
    () => null,
  )
}

/** Hands a piece through, as fast as the depot takes it. Throws what the depot refused, or `depot-away` (503). */
export async function sendPieceTo(id: string, offset: number, body: ReadableStream<Uint8Array>, { length, limitBytes }: { length: number | null; limitBytes: number }): Promise<PieceAnswer> {
  const headers = { 'content-type': 'application/octet-stream', ...(length === null ? {} : { 'content-length': String(length) }) }
  const answer = await ask({ method: 'PATCH', path: `/images/${id}/bytes?offset=${offset}`, limitMs: pieceMs, headers, body: Readable.from(atMost(body, limitBytes), { objectMode: false }) })
  return pieceAnswer.parse(answer)
}

/** Whatever the length header says, no more than this goes through. */
async function* atMost(body: ReadableStream<Uint8Array>, limitBytes: number): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > limitBytes) throw new BaseboardError('too-large', 413, `a piece has at most ${limitBytes} bytes`)
    yield chunk
  }
}
