import { isAway } from '#lib/db/away.ts'
import type { Database } from '#lib/db/client.ts'
import { writeLogReads, type LogRead } from '#lib/db/events.ts'
import { insertReadings, type ReadingRow } from '#lib/db/readings.ts'
import {
  writeFailures,
  writeFans,
  writeIdentities,
  writePowers,
  writeSensors,
  type FailureResult,
  type FansResult,
  type IdentityResult,
  type PowerResult,
  type SensorsResult,
} from '#lib/db/snapshots.ts'

/** Collects what polls find and writes it for all nodes together: a thousand nodes cost a few statements a second, not hundreds. */
export type Results = {
  power: (result: PowerResult) => void
  sensors: (result: SensorsResult, readings: readonly ReadingRow[]) => void
  identity: (result: IdentityResult) => void
  failure: (result: FailureResult) => void
  fans: (result: FansResult) => void
  /** That a log was read and held nothing new. */
  logRead: (read: LogRead) => void
  /** Writes what is there and resolves when it is written. */
  flush: () => Promise<void>
  close: () => Promise<void>
}

/** How many readings of each facet came in, and how often no protocol answered. */
export type Tally = { reads: Record<'power' | 'sensors' | 'identity' | 'log', number>; failures: number }
export const createTally = (): Tally => ({ reads: { power: 0, sensors: 0, identity: 0, log: 0 }, failures: 0 })

const flushEveryMs = 200
const greatestBatch = 500
/** Sensor sweeps are large: 150 sensors are 40 kB of snapshot. */
const greatestSensorBatch = 50

type Write<T> = (batch: readonly T[]) => Promise<void>

export function createResults(db: Database, conductorId: string, complain: (text: string) => void, tally: Tally = createTally()): Results {
  const powers = createBatch<PowerResult>((batch) => writePowers(db, conductorId, batch), greatestBatch, complain, byNode)
  const sensors = createBatch<SensorsResult>((batch) => writeSensors(db, conductorId, batch), greatestSensorBatch, complain, byNode)
  const identities = createBatch<IdentityResult>((batch) => writeIdentities(db, conductorId, batch), greatestBatch, complain, byNode)
  const failures = createBatch<FailureResult>((batch) => writeFailures(db, conductorId, batch), greatestBatch, complain, byNode)
  const fans = createBatch<FansResult>((batch) => writeFans(db, conductorId, batch), greatestBatch, complain, byNode)
  const logReads = createBatch<LogRead>((batch) => writeLogReads(db, conductorId, batch), greatestBatch, complain, byNode)
  const readings = createBatch<ReadingRow>((batch) => insertReadings(db, batch), 20_000, complain)

  /** One after the other, so that a failure that came before a success is not written after it; who asks while one waits for its turn is served by that one. */
  let tail = Promise.resolve()
  let waiting: Promise<void> | undefined
  const flush = () => {
    waiting ??= tail = tail.then(async () => {
      waiting = undefined
      await failures.write()
      await powers.write()
      await sensors.write()
      await identities.write()
      await fans.write()
      await logReads.write()
      await readings.write()
    })
    return waiting
  }
  const timer = setInterval(() => void flush(), flushEveryMs)

  return {
    power(result) {
      tally.reads.power++
      failures.forget(result.nodeId)
      powers.add(result)
    },
    sensors(result, rows) {
      tally.reads.sensors++
      sensors.add(result)
      for (const row of rows) readings.add(row)
    },
    identity(result) {
      tally.reads.identity++
      identities.add(result)
    },
    failure(result) {
      tally.failures++
      powers.forget(result.nodeId)
      failures.add(result)
    },
    fans: (result) => fans.add(result),
    logRead(read) {
      tally.reads.log++
      logReads.add(read)
    },
    flush,
    async close() {
      clearInterval(timer)
      await flush()
    },
  }
}

const byNode = (result: { nodeId: string }) => result.nodeId

type Batch<T> = { add: (item: T) => void; forget: (key: string) => void; write: () => Promise<void> }

/** With a key only the newest of a node is kept. */
function createBatch<T>(write: Write<T>, limit: number, complain: (text: string) => void, keyOf?: (item: T) => string): Batch<T> {
  let items = new Map<unknown, T>()
  let count = 0
  return {
    add: (item) => void items.set(keyOf?.(item) ?? count++, item),
    forget: (key) => void items.delete(key),
    async write() {
      if (items.size === 0) return
      const all = [...items.values()]
      items = new Map()
      for (let i = 0; i < all.length; i += limit) await writeOrSplit(write, all.slice(i, i + limit), complain)
    },
  }
}

/** One row that Postgres refuses must not cost the others theirs. With Postgres away the results are dropped: newer ones come. */
async function writeOrSplit<T>(write: Write<T>, batch: readonly T[], complain: (text: string) => void): Promise<void> {
  try {
    await write(batch)
  } catch (error) {
    if (isAway(error)) return
    if (batch.length === 1) return complain(`a poll result was refused by the database: ${error instanceof Error ? error.message : String(error)}`)
    const half = batch.length >> 1
    await writeOrSplit(write, batch.slice(0, half), complain)
    await writeOrSplit(write, batch.slice(half), complain)
  }
}
