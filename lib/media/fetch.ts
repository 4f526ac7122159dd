import { open, type FileHandle } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDiskFull } from './folder.ts'
import { FetchFailed, openUrl, type OpenOptions } from './open-url.ts'

export type FetchOptions = OpenOptions & {
  url: string
  /** Where it is written. */
  path: string
  /** Called before the first byte, about once a second, and at the end, with what is on the disk and the whole length when it is known. It throws to end the fetch. */
  onProgress: (received: number, bytes: number | null) => Promise<void>
  pauseMs?: number
}

const progressMs = 1_000
const mostBreaks = 5

/** How the far side says that it is still the same file (RFC 9110 §8.8, §13.1.5): a weak tag does not. */
const validatorOf = ({ headers }: IncomingMessage): string | null => {
  if (headers['accept-ranges'] !== 'bytes') return null
  const tag = headers.etag
  return tag !== undefined && !tag.startsWith('W/') ? tag : (headers['last-modified'] ?? null)
}

/**
 * Fetches a file. A line that breaks is taken up again, where the server can go on at a place and says that the file is the same; else from
 * the beginning. Gives the length. Throws FetchFailed, what `onProgress` threw, or the signal's reason.
 */
export async function fetchFile(options: FetchOptions): Promise<number> {
  const file = await open(options.path, 'w', 0o600)
  try {
    let state: State = { received: 0, bytes: null, validator: null }
    for (let breaks = 0; ; breaks += 1) {
      try {
        state = await fetchOn(file, state, options)
        return state.received
      } catch (error) {
        if (isDiskFull(error)) throw new FetchFailed('disk-full', 'the disk is full', { cause: error })
        if (!(error instanceof Broken) || breaks === mostBreaks) throw error instanceof Broken ? error.cause : error
        state = error.state
        await sleep((options.pauseMs ?? 1_000) * 2 ** breaks, undefined, { signal: options.signal })
      }
    }
  } finally {
    await file.close()
  }
}

type State = { received: number; bytes: number | null; validator: string | null }

/** A line that broke in the middle. */
class Broken extends Error {
  readonly state: State
  constructor(state: State, cause: unknown) {
    super('broken', { cause })
    this.state = state
  }
}

async function fetchOn(file: FileHandle, before: State, options: FetchOptions): Promise<State> {
  const { url, onProgress, signal } = options
  const goesOn = before.received > 0 && before.validator !== null
  const headers: Record<string, string> = goesOn ? { range: `bytes=${before.received}-`, 'if-range': before.validator! } : {}
  const answer = await openUrl(url, { ...options, headers: { ...headers, ...options.headers } }).catch((error: unknown) => {
    // Only one that had begun is worth another try.
    if (before.received > 0 && error instanceof FetchFailed && error.code === 'unreachable') throw new Broken(before, error)
    throw error
  })
  const state = begin(answer, before, new URL(url).host)
  if (state.received < before.received) await file.truncate(0)
  try {
    await onProgress(state.received, state.bytes)
    let toldAt = performance.now()
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done, chunk.length - done, state.received + done)).bytesWritten
      state.received += chunk.length
      if (state.bytes !== null && state.received > state.bytes) throw new FetchFailed('too-large', `${new URL(url).host}: more came than was announced`)
      if (performance.now() - toldAt < progressMs) continue
      toldAt = performance.now()
      await onProgress(state.received, state.bytes)
    }
    if (state.bytes !== null && state.received < state.bytes) throw Object.assign(new Error('ended early'), { code: 'ECONNRESET' })
    await onProgress(state.received, state.bytes)
    return state
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (!signal.aborted && (/^E(CONN|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH)/.test(code) || (error instanceof FetchFailed && error.code === 'unreachable'))) {
      throw new Broken(state, new FetchFailed('unreachable', `${new URL(url).host}: the connection broke after ${state.received} bytes`, { cause: error }))
    }
    throw error
  } finally {
    answer.destroy()
  }
}

/** Where the body of an answer goes on, and how long the file is. */
function begin(answer: IncomingMessage, before: State, host: string): State {
  const { statusCode, headers } = answer
  const refused = (text: string) => {
    answer.destroy()
    return new FetchFailed('refused', `${host}: ${text}`)
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw refused(`it answers packed as ${headers['content-encoding']!.slice(0, 40)}`)
  if (statusCode === 206 && before.received > 0) {
    const [, from, whole] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers['content-range'] ?? '') ?? []
    if (Number(from) !== before.received || Number(whole) !== before.bytes) throw refused('it goes on at another place than was asked')
    return { ...before }
  }
  if (statusCode !== 200) throw refused(`HTTP ${statusCode}`)
  const length = headers['content-length']
  return { received: 0, bytes: length === undefined ? null : Number(length), validator: validatorOf(answer) }
}
