import { isDeepStrictEqual } from 'node:util'
import { isAway } from '#lib/db/away.ts'
import { readNewestRow, withCheckpointLock } from '#lib/db/checkpoints.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { readSetting, writeSetting } from '#lib/db/settings.ts'
import type { Checkpoint, WayState } from '#lib/domain/checkpoint.ts'
import { createOutlet, type Sender } from './outlet.ts'
import { signCheckpoint } from './sign-checkpoint.ts'
import { sleep } from './sleep.ts'

export type CheckpointOptions = {
  db: Database
  /** Where the signing key is, or is made. */
  keyFolder: string
  file: string
  /** A checkpoint is due after so many rows, or so many seconds after the last one when there is a new row. */
  everyRows: number
  everySeconds: number
  senders: readonly Sender[]
  complain: (text: string) => void
  /** How long the first look waits. */
  firstAfterMs?: number
  /** For tests. */
  lookEveryMs?: number
}

const usualLookMs = 1_000
const retryMs = 10_000

/**
 * Signs checkpoints of the audit for as long as it runs, and once more when it is stopped. Of several conductors one signs at a time.
 * What fails is complained of and noted for the audit page; nothing else waits for it.
 */
export function startCheckpoints(options: CheckpointOptions): { stop: () => Promise<void> } {
  const { db, keyFolder, file, everyRows, everySeconds, senders, complain, firstAfterMs = 0, lookEveryMs = usualLookMs } = options
  const outlets = senders.map((sender) => createOutlet(sender, complain))
  const stop = new AbortController()
  let fileState: WayState = { way: 'file', where: file, number: null, at: null, failure: null }
  /** By our own steady clock, since when this number is known as the last. */
  let known = { number: -1, sinceMs: -Infinity }

  const ways = () => [fileState, ...outlets.map((outlet) => outlet.state())]

  const note = (tx: Transaction, last: Checkpoint | null, publicKey: string | null) => writeSetting('auditCheckpoint', { last, publicKey, everyRows, everySeconds, ways: ways() }, tx)

  /** Writes what has changed of the ways since it was written last: by the one that signs, under its lock. */
  async function noteWays(): Promise<void> {
    await withCheckpointLock(db, async (tx) => {
      const state = await readSetting('auditCheckpoint', tx)
      await note(tx, state?.last ?? null, state?.publicKey ?? null)
    })
  }

  async function sign(): Promise<void> {
    const done = await signCheckpoint(db, keyFolder, file, (tx, last, { publicPem }) => {
      fileState = { ...fileState, number: last.number, at: last.at, failure: null }
      return note(tx, last, publicPem)
    })
    if (done === undefined) return
    fileState = { ...fileState, failure: null }
    if (done.signed !== null) for (const outlet of outlets) outlet.offer(done.signed)
  }

  async function fail(error: unknown): Promise<void> {
    if (isAway(error)) return
    const failure = error instanceof Error ? error.message : String(error)
    if (failure !== fileState.failure) complain(`the audit has no new checkpoint: ${failure}`)
    fileState = { ...fileState, failure }
  }

  function isDue(seq: number, last: Checkpoint | null): boolean {
    if (last === null) return seq > 0
    const nowMs = performance.now()
    // The first look of a process cannot know for how long the last one has been the last.
    if (last.number !== known.number) known = { number: last.number, sinceMs: known.number === -1 ? -Infinity : nowMs }
    if (seq === last.seq) return false
    return seq < last.seq || seq - last.seq >= everyRows || nowMs - known.sinceMs >= everySeconds * 1000
  }

  /** Gives how long to wait until the next look. */
  async function look(atOnce: boolean): Promise<number> {
    const newest = await readNewestRow(db.prisma)
    let state = await readSetting('auditCheckpoint', db.prisma)
    if (isDue(newest?.seq ?? 0, state?.last ?? null) || atOnce) {
      await sign().catch(fail)
      state = await readSetting('auditCheckpoint', db.prisma)
    }
    const isMine = fileState.failure !== null || (fileState.number !== null && fileState.number === state?.last?.number)
    if (isMine && !isDeepStrictEqual(state?.ways, ways())) await noteWays()
    return fileState.failure === null ? lookEveryMs : Math.max(lookEveryMs, retryMs)
  }

  const running = (async () => {
    await sleep(firstAfterMs, stop.signal)
    while (!stop.signal.aborted) {
      const waitMs = await look(false).catch(async (error: unknown) => {
        await fail(error)
        return retryMs
      })
      await sleep(waitMs, stop.signal)
    }
    await look(true).catch(() => {})
    await Promise.all(outlets.map((outlet) => outlet.close()))
  })()

  return {
    async stop() {
      stop.abort()
      await running
    },
  }
}
