import type { SensorSweep } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import type { MediaState } from '#lib/domain/media.ts'
import type { RefreshAction } from '#lib/domain/operation.ts'
import { protocolNames, type Protocol } from '#lib/domain/protocol.ts'
import type { Archive } from './archive.ts'
import type { Conversation } from './conversation.ts'
import { toSlotText } from './media-commands.ts'

/** What is asked and where it is kept. */
export type Refreshing = {
  asked: Conversation
  archive: Archive
  keepSensors: (sweep: SensorSweep) => Promise<void>
  keepMedia: (state: MediaState) => Promise<void>
  address: string
}

const several = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`

/** Reads one thing at once and keeps it as if its turn had come; says what was read. Rejects with a BmcError, or when it could not be kept. */
export const refreshers: Record<RefreshAction, (now: Refreshing, signal: AbortSignal) => Promise<string>> = {
  RefreshInventory: refreshInventory,
  RefreshSensors: refreshSensors,
  RefreshLog: refreshLog,
  RefreshMedia: refreshMedia,
}

/** By each protocol, for each tells something that the other does not. One that answers is enough. */
async function refreshInventory({ asked, archive, address }: Refreshing, signal: AbortSignal): Promise<string> {
  const said: string[] = []
  const failures: BmcError[] = []
  for (const via of demandUsable(asked, address)) {
    try {
      const { parts, changes } = await archive.readInventory(asked, via, signal)
      said.push(`${protocolNames[via]}: ${several(parts, 'part', 'parts')}${toChanges(changes)}`)
    } catch (error) {
      if (!(error instanceof BmcError) || signal.aborted) throw error
      failures.push(error)
    }
  }
  if (said.length === 0) throw failures[0]!
  return [`read over ${said.join('; ')}`, ...failures.map(({ message }) => `not read: ${message}`)].join('; ')
}

function toChanges(changes: number | null): string {
  if (changes === null) return ''
  return changes === 0 ? ', nothing changed' : `, ${several(changes, 'change', 'changes')}`
}

async function refreshSensors({ asked, keepSensors, address }: Refreshing, signal: AbortSignal): Promise<string> {
  const via = demandUsable(asked, address)[0]!
  const sweep = await asked.read(via, (bmc) => bmc.readSensors(signal), signal)
  await keepSensors(sweep)
  return `read over ${protocolNames[via]}: ${several(sweep.sensors.length, 'sensor', 'sensors')}`
}

/** A log of a slow BMC comes in so many parts at most, each of them kept. */
const mostReadings = 20

async function refreshLog({ asked, archive, address }: Refreshing, signal: AbortSignal): Promise<string> {
  demandUsable(asked, address)
  const via = archive.logProtocol(asked)
  if (via === undefined) throw new BmcError('unreachable', address, `${address}: Redfish, by which the log is read, does not answer now`)
  let entries = 0
  for (let i = 1; ; i++) {
    const reading = await archive.readLog(asked, via, signal)
    entries += reading.entries.length
    const unread = reading.sources.filter(({ failure }) => failure !== undefined)
    const isWhole = reading.sources.every(({ isComplete, failure }) => isComplete || failure !== undefined)
    if (!isWhole && i < mostReadings) continue
    if (reading.sources.length === 0) throw new BmcError('unsupported', address, `${address}: this BMC shows no log`)
    if (unread.length === reading.sources.length) throw new BmcError('failed', address, `${address}: ${unread[0]!.failure}`)
    const missing = unread.map(({ name, failure }) => `; ${name} not read, ${failure}`).join('')
    return `read over ${protocolNames[via]}: ${several(entries, 'entry', 'entries')} new or changed${isWhole ? '' : ', and the log goes on'}${missing}`
  }
}

async function refreshMedia({ asked, keepMedia, address }: Refreshing, signal: AbortSignal): Promise<string> {
  if (!demandUsable(asked, address).includes('redfish')) throw new BmcError('unsupported', address, `${address}: virtual media is read over Redfish, which does not answer here`)
  const state = await asked.readAside('redfish', async (bmc) => bmc.readMedia?.(signal), signal)
  if (state === undefined) throw new BmcError('unsupported', address, `${address}: this BMC shows no virtual media`)
  await keepMedia(state)
  const full = state.slots.filter(({ inserted }) => inserted === true)
  return `read over Redfish: ${several(state.slots.length, 'drive', 'drives')}, ${full.length === 0 ? 'nothing mounted' : full.map(toSlotText).join(', ')}`
}

function demandUsable(asked: Conversation, address: string): Protocol[] {
  const usable = asked.usable(performance.now())
  if (usable.length === 0) throw new BmcError('unreachable', address, `${address}: the BMC has not answered lately and is not asked now`)
  return usable
}
