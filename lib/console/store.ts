import { mkdir, open, readdir, readFile, rename, rm, stat, unlink, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { consoleMark, type ConsoleMark } from '#lib/domain/console.ts'
import type { Checkpoint } from './timeline.ts'

/**
 * A node's history on disk: one file per checkpoint, which begins with it and goes on with bytes and marks as they come. A file that
 * ends in the middle of a record (the process was killed) counts up to there. What is at most `flushMs` old may be lost.
 */
export type Stored = { checkpoint: Checkpoint; entries: Entry[] }
export type Entry = Buffer | ConsoleMark

export type Store = {
  /** What was kept, oldest first; empty when there is nothing that can be read. */
  read: () => Promise<Stored[]>
  /** Starts a new file: the checkpoint and what has come since. Files before the one that begins at or before `keepFrom` go. */
  begin: (checkpoint: Checkpoint, since: readonly Entry[], keepFrom: number) => void
  add: (entry: Entry) => void
  /** Notes that the BMC's serial session is ours (or no longer), so that after a crash it can be told from a stranger's. */
  setHolding: (isHolding: boolean) => void
  /** Did this console hold the serial session when it was last heard of, less than `withinMs` ago? */
  wasHolding: (withinMs: number) => Promise<boolean>
  /** Resolves when all is written that was given. */
  flush: () => Promise<void>
  close: () => Promise<void>
}

const flushMs = 200
/** A console that says nothing for so long holds no file open: there may be thousands. */
const openForMs = 5_000
/** A disk that is slower than the console: recording starts anew at the next checkpoint. */
const greatestWaiting = 4 * 1024 * 1024
const greatestFile = 16 * 1024 * 1024
const greatestRecord = 1024 * 1024

const header = z.object({ offset: z.int(), markId: z.int(), columns: z.int(), rows: z.int(), screenLength: z.int() })
const kinds = { bytes: 0x42, mark: 0x4d }

function toRecord(entry: Entry): Buffer {
  const isBytes = Buffer.isBuffer(entry)
  const body = isBytes ? entry : Buffer.from(JSON.stringify(entry))
  const head = Buffer.alloc(5)
  head[0] = isBytes ? kinds.bytes : kinds.mark
  head.writeUInt32LE(body.length, 1)
  return Buffer.concat([head, body])
}

function toHead({ screen, ...rest }: Checkpoint): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ ...rest, screenLength: screen.length })}\n`), screen])
}

/** One file's content; null when not even its checkpoint can be read. */
export function parseStored(file: Buffer): Stored | null {
  const line = file.indexOf(0x0a)
  if (line === -1 || line > 4096) return null
  const { screenLength, ...rest } = header.parse(JSON.parse(file.subarray(0, line).toString()))
  let at = line + 1 + screenLength
  if (screenLength < 0 || at > file.length) return null
  const stored: Stored = { checkpoint: { ...rest, screen: Buffer.from(file.subarray(line + 1, at)) }, entries: [] }
  while (at + 5 <= file.length) {
    const length = file.readUInt32LE(at + 1)
    if (length > greatestRecord || at + 5 + length > file.length) break
    const body = file.subarray(at + 5, at + 5 + length)
    if (file[at] === kinds.bytes) stored.entries.push(Buffer.from(body))
    else stored.entries.push(consoleMark.parse(JSON.parse(body.toString())))
    at += 5 + length
  }
  return stored
}

const nameOf = (offset: number) => `${offset.toString().padStart(16, '0')}.console`
const offsetOf = (name: string) => Number(/^(\d{16})\.console$/.exec(name)?.[1] ?? Number.NaN)

/** `onHealth` is told when writing begins to fail, and when it works again. */
export function openStore(folder: string, onHealth: (works: boolean, error?: Error) => void): Store {
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let file: string | null = null
  let works = true
  let isClosed = false
  let timer: NodeJS.Timeout | undefined
  let tail: Promise<void> = Promise.resolve()
  let opened: { readonly path: string; readonly handle: FileHandle } | null = null
  let unused: NodeJS.Timeout | undefined

  async function letGo(): Promise<void> {
    clearTimeout(unused)
    const { handle } = opened ?? {}
    opened = null
    await handle?.close()
  }

  /** Opening and closing it five times a second would cost more than all else that a console does. */
  async function append(path: string, bytes: Buffer): Promise<void> {
    if (opened?.path !== path) {
      await letGo()
      opened = { path, handle: await open(path, 'a', 0o600) }
    }
    clearTimeout(unused)
    unused = setTimeout(() => void queue(letGo), openForMs).unref()
    await opened.handle.appendFile(bytes)
  }

  /** One write after the other; one that fails ends this file, and the next checkpoint begins another. */
  function queue(work: () => Promise<void>): Promise<void> {
    tail = tail.then(work).catch(async (error: Error) => {
      await letGo().catch(() => undefined)
      file = null
      waiting = []
      waitingBytes = 0
      if (works) onHealth((works = false), error)
    })
    return tail
  }

  function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (file === null || waiting.length === 0) return tail
    const [path, bytes] = [file, Buffer.concat(waiting)]
    waiting = []
    waitingBytes = 0
    return queue(() => append(path, bytes))
  }

  async function files(): Promise<string[]> {
    const names = await readdir(folder).catch(() => [])
    return names.filter((name) => Number.isFinite(offsetOf(name))).sort()
  }

  async function forgetBefore(keepFrom: number): Promise<void> {
    const names = await files()
    const first = names.findLastIndex((name) => offsetOf(name) <= keepFrom)
    for (const name of names.slice(0, Math.max(0, first))) await unlink(join(folder, name))
  }

  async function readOne(name: string): Promise<Stored | null> {
    try {
      const path = join(folder, name)
      return (await stat(path)).size > greatestFile ? null : parseStored(await readFile(path))
    } catch {
      return null
    }
  }

  const holding = join(folder, 'holding')
  return {
    async read() {
      const all = await Promise.all((await files()).map(readOne))
      const stored = all.filter((one) => one !== null)
      return stored.map((one, n) => upTo(one, stored[n + 1]?.checkpoint))
    },
    begin(checkpoint, since, keepFrom) {
      void write()
      if (isClosed) return
      const path = join(folder, nameOf(checkpoint.offset))
      file = path
      const content = Buffer.concat([toHead(checkpoint), ...since.map(toRecord)])
      void queue(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeFile(`${path}.new`, content, { mode: 0o600 })
        await rename(`${path}.new`, path)
        await forgetBefore(keepFrom)
        if (!works) onHealth((works = true))
      })
    },
    add(entry) {
      if (file === null || isClosed) return
      const record = toRecord(entry)
      waitingBytes += record.length
      waiting.push(record)
      if (waitingBytes > greatestWaiting) void queue(() => Promise.reject(new Error(`the disk of ${folder} is slower than the console`)))
      timer ??= setTimeout(() => void write(), flushMs)
    },
    setHolding(isHolding) {
      void queue(async () => {
        if (!isHolding) return rm(holding, { force: true })
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeFile(holding, '', { mode: 0o600 })
      })
    },
    async wasHolding(withinMs) {
      // The newest file of all says until when we were there.
      const names = [...(await files()).slice(-1), 'holding']
      const times = await Promise.all(names.map((name) => stat(join(folder, name)).then((found) => found.mtimeMs, () => 0)))
      return times.at(-1)! > 0 && Date.now() - Math.max(...times) < withinMs
    },
    flush: write,
    async close() {
      await write()
      isClosed = true
      await queue(letGo)
    },
  }
}

/** A file goes on for a moment after the next one has begun: that part is in both. */
function upTo(stored: Stored, next: Checkpoint | undefined): Stored {
  if (next === undefined) return stored
  let left = next.offset - stored.checkpoint.offset
  const entries = stored.entries.flatMap((entry): Entry[] => {
    if (!Buffer.isBuffer(entry)) return entry.id <= next.markId ? [entry] : []
    const kept = entry.subarray(0, Math.max(0, left))
    left -= kept.length
    return kept.length === 0 ? [] : [kept]
  })
  return { checkpoint: stored.checkpoint, entries }
}
