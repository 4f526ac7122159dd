import { decodeSdrs, type SdrRecord } from '#lib/ipmi/sdr/record.ts'
import type { Sender } from '#lib/ipmi/sdr/repository.ts'
import { readableSensors, readSensor, type SensorValue, type ThresholdCache } from '#lib/ipmi/sensor/read.ts'
import type { FanFinding } from './ipmi-fans.ts'
import { readKnownSdrs, type KnownSdrs, type SdrStore } from './known-sdrs.ts'

/** What outlives a session: a BMC that restarts has the same sensors, and walking 150 records again costs it seconds. */
export type IpmiMemory = {
  known?: KnownSdrs
  /** Where they outlive the process as well. */
  store?: SdrStore | undefined
  thresholds: ThresholdCache
  /** Controllers behind the BMC that have not answered in this session. */
  silent: Set<number>
  /** What way there is to the fans, as it was found for this firmware. */
  fans?: { key: string; finding: FanFinding }
  /** The fan mode that was set last. */
  fanMode?: string
}

export const createIpmiMemory = (store?: SdrStore): IpmiMemory => ({ store, thresholds: new Map(), silent: new Set() })

export type Sweeper = {
  /** Reads sensors for at most `budgetMs`. Those that it does not come to keep their last value, and are first in the next sweep. When `signal` fires, it ends there. */
  sweep: (budgetMs: number, signal?: AbortSignal) => Promise<SensorValue[] | 'records-not-read-yet'>
  /** The SDRs, which name sensors and FRUs: read once, whoever asks first. */
  records: (budgetMs: number) => Promise<readonly SdrRecord[] | 'records-not-read-yet'>
}

/** Older values are no readings any more. */
const keptMs = 180_000
const together = 8
/** A sensor that takes so long is asked for alone: a power read must not wait behind a whole batch. */
const slowMs = 500

type Seen = { value: SensorValue; atMs: number }

/**
 * Sweeps the sensors of one BMC in turns. A BMC that needs 3 s for each of 60 sensors would never end a sweep within a minute; so a sweep has
 * a budget, and goes on where the last one stopped.
 */
export function createSweeper(session: Sender, memory: IpmiMemory): Sweeper {
  let records: readonly SdrRecord[] | undefined
  let walking: Promise<void> | undefined
  let cursor = 0
  let batchSize = 1
  const seen: (Seen | undefined)[] = []

  async function walk(): Promise<void> {
    const known = await readKnownSdrs(session, memory.known, memory.store)
    if (known !== memory.known) memory.thresholds.clear()
    memory.silent.clear()
    memory.known = known
    records = decodeSdrs(known.sdr.raw).records
  }

  async function readRecords(budgetMs: number) {
    if (records !== undefined) return records
    walking ??= walk().finally(() => (walking = undefined))
    // It goes on after this sweep's time is over, and the next one finds it done.
    walking.catch(() => {})
    return (await isDoneBy(walking, budgetMs)) && records !== undefined ? records : ('records-not-read-yet' as const)
  }

  async function sweep(budgetMs: number, signal?: AbortSignal) {
    const endMs = performance.now() + budgetMs
    const isOver = () => performance.now() >= endMs || signal?.aborted === true
    const known = await readRecords(budgetMs)
    if (known === 'records-not-read-yet') return known
    const sensors = readableSensors(known)
    for (let done = 0; done < sensors.length && !isOver(); ) {
      const batch = Array.from({ length: Math.min(batchSize, sensors.length - done) }, (_, i) => (cursor + i) % sensors.length)
      const startedAt = performance.now()
      const values = await Promise.all(batch.map((index) => readSensor(session, sensors[index]!, memory)))
      batch.forEach((index, i) => (seen[index] = { value: values[i]!, atMs: performance.now() }))
      cursor = (cursor + batch.length) % sensors.length
      done += batch.length
      batchSize = (performance.now() - startedAt) / batch.length > slowMs ? 1 : together
    }
    const nowMs = performance.now()
    return sensors.flatMap((_, index) => {
      const entry = seen[index]
      if (entry === undefined) return []
      return [nowMs - entry.atMs > keptMs ? { ...entry.value, available: false, value: undefined, states: [], reason: 'not read for three minutes' } : entry.value]
    })
  }

  return { sweep, records: readRecords }
}

async function isDoneBy(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)))
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
