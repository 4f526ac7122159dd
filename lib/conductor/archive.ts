import type { LogReading } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { toBmcError } from '#lib/bmc/failure.ts'
import { isAway } from '#lib/db/away.ts'
import type { LogPlace } from '#lib/db/events.ts'
import type { OwnedNode } from '#lib/db/leases.ts'
import type { Protocol } from '#lib/domain/bmc.ts'
import { addressOf, type Conversation } from './conversation.ts'
import { createGate } from './gate.ts'
import { createInventoryRecorder, type InventoryNews } from './record-inventory.ts'
import { createLogRecorder } from './record-log.ts'
import type { World } from './world.ts'

/**
 * What is read of a node for its history: its logs and what it is made of. Both are slow on many BMCs and neither says how the node is
 * now, so their failures change nothing else, and each turn only tells in how many milliseconds the next is due (null: as usual).
 */
export type Archive = {
  logTurn: (asked: Conversation, signal: AbortSignal) => Promise<number | null>
  inventoryTurn: (asked: Conversation, signal: AbortSignal) => Promise<number | null>
  /** Reads by this protocol what the node is made of, and keeps it. Rejects with a BmcError, or when it could not be kept. */
  readInventory: (asked: Conversation, via: Protocol, signal: AbortSignal) => Promise<InventoryNews>
  /** The protocol by which the logs are read; undefined while it must be waited for. */
  logProtocol: (asked: Conversation) => Protocol | undefined
  /** The next inventory turn reads anew, however young the stored one is: the host was restarted. */
  wantInventory: () => void
  /** Reads what is new by this protocol and keeps it. Rejects with a BmcError, or when it could not be kept. */
  readLog: (asked: Conversation, via: Protocol, signal: AbortSignal) => Promise<LogReading>
  /** The same from the beginning of the logs: what is there now. */
  readWholeLog: (asked: Conversation, via: Protocol, signal: AbortSignal) => Promise<LogReading>
  /** The logs as their last readings found them. */
  places: () => Promise<readonly LogPlace[]>
}

/** A reading that is not complete, or that waits for the BMC's sensor records, goes on soon. */
const soonMs = 5_000
const recordsMs = 15_000
/** Nobody can be asked now: the power lane finds out when that changes. */
const awayMs = 30_000

/** `onLog`: whatever a log's reading brought; `isFirst` where it began at the beginning of the log. */
export function createArchive(nodeNow: () => OwnedNode, world: World, onLog: (reading: LogReading, isFirst: boolean) => void): Archive {
  const { id } = nodeNow()
  const log = createLogRecorder(id, world)
  const parts = createInventoryRecorder(id, world)
  const wanted = new Set<Protocol>()
  /** A reading that somebody asked for and the one whose turn has come do not burden the BMC at once, nor tell one change twice. */
  const oneByOne = { log: createGate(1), inventory: createGate(1) }
  /** A BMC whose Redfish has no log at all; its SEL is read over IPMI. */
  let isRedfishWithoutLog = false

  const keepLog = (asked: Conversation, via: Protocol, isWhole: boolean, signal: AbortSignal): Promise<LogReading> =>
    oneByOne.log.run(async () => {
      const since = isWhole ? null : await log.cursor(via)
      const reading = await asked.readAside(via, (bmc) => bmc.readLog(since, signal), signal)
      const isOurs = await log.record(via, reading, nodeNow().epoch)
      if (!isOurs) throw new BmcError('failed', addressOf(nodeNow()), `${addressOf(nodeNow())}: the node has another owner`)
      onLog(reading, since === null)
      return reading
    })

  const keepInventory = (asked: Conversation, via: Protocol, signal: AbortSignal): Promise<InventoryNews> =>
    oneByOne.inventory.run(async () => {
      const reading = await asked.readAside(via, (bmc) => bmc.readInventory(signal), signal)
      return parts.record(via, reading, nodeNow().epoch)
    })

  /**
   * Both protocols tell the same events in different words, so one is chosen and stayed with: a Redfish that is silent for a moment is
   * waited for.
   */
  function toLogProtocol(asked: Conversation): Protocol | undefined {
    const usable = asked.usable(performance.now())
    const redfish = nodeNow().endpoints.find((one) => one.protocol === 'redfish')
    if (redfish?.state === 'ok' && !isRedfishWithoutLog) return usable.find((one) => one === 'redfish')
    return usable.find((one) => one === 'ipmi') ?? usable[0]
  }

  async function logTurn(asked: Conversation, signal: AbortSignal): Promise<number | null> {
    const via = toLogProtocol(asked)
    if (via === undefined) return awayMs
    try {
      const { sources } = await world.gates.log.run(() => keepLog(asked, via, false, signal))
      if (via === 'redfish' && sources.length === 0) isRedfishWithoutLog = true
      return sources.some((source) => !source.isComplete && source.failure === undefined) ? soonMs : null
    } catch (error) {
      return toRetryMs(error, signal)
    }
  }

  /** What is worth a line is not a BMC's failure, which its power lane tells, but our own. */
  function toRetryMs(error: unknown, signal: AbortSignal): number | null {
    if (signal.aborted || isAway(error)) return awayMs
    if (!(error instanceof BmcError)) throw error
    return toBmcError(error, addressOf(nodeNow())).kind === 'failed' ? recordsMs : null
  }

  /** In how many milliseconds this protocol's inventory is due; 0 or less: now. */
  async function dueIn(via: Protocol): Promise<number> {
    const takenAtMs = wanted.has(via) ? null : await parts.takenAtMs(via)
    return takenAtMs === null ? 0 : takenAtMs + world.cadence.intervalMs.inventory - Date.now()
  }

  async function inventoryTurn(asked: Conversation, signal: AbortSignal): Promise<number | null> {
    const usable = asked.usable(performance.now())
    if (usable.length === 0) return awayMs
    const pauses: number[] = []
    for (const via of usable) pauses.push(await inventoryBy(asked, via, signal))
    const primary = usable[0]!
    if (usable.length > 1 && toLogProtocol(asked) === primary && !signal.aborted) await asked.bmc.rest(primary)
    return Math.max(soonMs, Math.min(...pauses))
  }

  async function inventoryBy(asked: Conversation, via: Protocol, signal: AbortSignal): Promise<number> {
    const { inventory: usualMs } = world.cadence.intervalMs
    let wasWanted = false
    try {
      const dueMs = await dueIn(via)
      if (dueMs > 0) return dueMs
      wasWanted = wanted.delete(via)
      await world.gates.inventory.run(() => keepInventory(asked, via, signal))
      return usualMs
    } catch (error) {
      if (wasWanted) wanted.add(via)
      return toRetryMs(error, signal) ?? Math.min(usualMs, 10 * 60_000)
    }
  }

  return {
    logTurn,
    inventoryTurn,
    readInventory: keepInventory,
    logProtocol: toLogProtocol,
    wantInventory() {
      wanted.add('redfish').add('ipmi')
    },
    readLog: (asked, via, signal) => keepLog(asked, via, false, signal),
    readWholeLog: (asked, via, signal) => keepLog(asked, via, true, signal),
    places: () => log.places(),
  }
}
