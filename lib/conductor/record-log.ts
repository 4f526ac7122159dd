import type { LogReading } from '#lib/bmc/bmc.ts'
import { readLogPlaces, writeLog, type LogPlace } from '#lib/db/events.ts'
import type { Protocol } from '#lib/domain/bmc.ts'
import type { LogCursor } from '#lib/domain/log-entry.ts'
import type { LogSource } from '#lib/domain/log-source.ts'
import type { World } from './world.ts'

/**
 * Keeps what the readings of one node's logs find. Where the next reading goes on is kept by protocol, and only together with the entries
 * that came before it, so that a conductor that dies in between reads them again and loses none.
 */
export type LogRecorder = {
  /** Where to go on; null for everything. */
  cursor: (protocol: Protocol) => Promise<LogCursor | null>
  /** The logs as their last readings found them. */
  places: () => Promise<readonly LogPlace[]>
  /** Keeps a reading; false when the node is not ours any more. */
  record: (protocol: Protocol, reading: LogReading, epoch: number) => Promise<boolean>
}

export function createLogRecorder(nodeId: string, world: Pick<World, 'db' | 'conductorId' | 'results' | 'gates'>): LogRecorder {
  let known: Map<Protocol, LogPlace> | undefined

  async function load(): Promise<Map<Protocol, LogPlace>> {
    return (known ??= new Map((await readLogPlaces(world.db, nodeId)).map((place) => [place.protocol, place])))
  }

  async function record(protocol: Protocol, reading: LogReading, epoch: number): Promise<boolean> {
    const places = await load()
    const before = places.get(protocol)
    const atMs = Date.now()
    const next: LogPlace = { protocol, cursor: reading.cursor, sources: toSources(reading, before?.sources ?? [], atMs) }
    if (reading.entries.length === 0 && before !== undefined && JSON.stringify(before) === JSON.stringify(next)) {
      world.results.logRead({ nodeId, epoch, protocol, atMs })
      return true
    }
    const owner = { conductorId: world.conductorId, epoch }
    const write = { protocol, atMs, entries: reading.entries, cleared: toCleared(reading), cursor: next.cursor, sources: next.sources }
    const touched = await world.gates.archive.run(() => writeLog(world.db, owner, nodeId, write))
    if (touched === null) return false
    places.set(protocol, next)
    return true
  }

  return {
    async cursor(protocol) {
      return (await load()).get(protocol)?.cursor ?? null
    },
    async places() {
      return [...(await load()).values()]
    },
    record,
  }
}

/** The logs of one reading, with what an earlier one knew of them. */
function toSources({ sources }: LogReading, before: readonly LogSource[], atMs: number): LogSource[] {
  const distinct = [...new Map(sources.map((source) => [source.name, source])).values()]
  return distinct.map(({ name, canClear, isComplete, wasCleared, failure }) => ({
    name,
    canClear,
    isComplete,
    failure: failure ?? null,
    clearedAt: wasCleared ? new Date(atMs).toISOString() : (before.find((one) => one.name === name)?.clearedAt ?? null),
  }))
}

/** Names that two logs of a BMC share tell nothing as long as one of them goes on. */
function toCleared({ sources }: LogReading): string[] {
  const goesOn = new Set(sources.filter((source) => !source.wasCleared).map((source) => source.name))
  return [...new Set(sources.filter((source) => source.wasCleared && !goesOn.has(source.name)).map((source) => source.name))]
}
