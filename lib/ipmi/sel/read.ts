import { setTimeout as delay } from 'node:timers/promises'
import { clearSel as clearSelCommand, getSelEntry, getSelErasure, reserveSel, type GetSelEntryResponse } from '../commands/sel.ts'
import { getSelInfo, type SelInfo } from '../commands/storage.ts'
import { IpmiError } from '../errors.ts'
import type { Sender } from '../sdr/repository.ts'
import type { SendOptions } from '../session.ts'
import { decodeSelRecord, type SelRecord } from './record.ts'

/** Where the next reading goes on. Plain data: it may be kept as JSON. */
export type SelCursor = {
  /** The id of the last record, and its 16 bytes in hexadecimal: a log that was cleared or has wrapped holds another there. */
  readonly lastId: number
  readonly last: string
  /** Milliseconds since 1970 by the BMC's clock, null when it says none; a change means that the log was erased. */
  readonly erasedAt: number | null
  readonly addedAt: number | null
  readonly entryCount: number
  /** The reading ended before the log did. */
  readonly isBehind: boolean
}

export type SelReading = {
  readonly info: SelInfo
  /** New records, oldest first. */
  readonly records: readonly SelRecord[]
  /** Undefined for an empty log. */
  readonly cursor: SelCursor | undefined
  /** The log is not a continuation of what was read before: it was cleared, or has wrapped past it. Then `records` starts anew. */
  readonly wasCleared: boolean
  /** False when records are left for the next reading. */
  readonly isComplete: boolean
}

export type ReadSelOptions = SendOptions & {
  readonly since?: SelCursor
  /** How many records at most in one reading; 5,000 by default. */
  readonly limit?: number
  /** When no further record is begun, in milliseconds of reading; 25,000 by default. A slow BMC needs 50 ms for each. */
  readonly budgetMs?: number
}

const firstRecordId = 0x0000
const endOfLog = 0xffff
const defaultLimit = 5_000
const defaultBudgetMs = 25_000
const noSuchRecord = 0xcb
const invalidCommand = 0xc1

/**
 * Reads what is new in the System Event Log (IPMI 2.0 §31). Costs one command while nothing has changed. Records that cannot be read
 * end the reading and are met again in the next; a BMC without a log rejects with its completion code.
 */
export async function readSel(session: Sender, options: ReadSelOptions = {}): Promise<SelReading> {
  const { since, limit = defaultLimit, budgetMs = defaultBudgetMs, ...sendOptions } = options
  const info = await session.send(getSelInfo, undefined, sendOptions)
  if (since !== undefined && isUnchanged(since, info)) return { info, records: [], cursor: since, wasCleared: false, isComplete: true }
  if (info.entryCount === 0) return { info, records: [], cursor: undefined, wasCleared: since !== undefined, isComplete: true }

  const isContinued = since !== undefined && since.erasedAt === toStamp(info.lastErase)
  const known = isContinued ? await findLast(session, since, sendOptions) : undefined
  const start = known ? known.nextRecordId : firstRecordId
  const chain = await followChain(session, start, { limit, endMs: performance.now() + budgetMs }, sendOptions)
  const last = chain.last ?? (known && since ? { id: since.lastId, bytes: known.record } : undefined)
  const isComplete = chain.isAtEnd
  return {
    info,
    records: chain.records,
    cursor: last && toCursor(last, info, !isComplete),
    wasCleared: since !== undefined && known === undefined,
    isComplete,
  }
}

const toStamp = (at: Date | undefined): number | null => at?.getTime() ?? null

function isUnchanged(since: SelCursor, info: SelInfo): boolean {
  // A BMC that states no times, or counts a full log for ever, is looked at again.
  if (since.isBehind || since.addedAt === null || info.hasOverflowed) return false
  return since.addedAt === toStamp(info.lastAddition) && since.erasedAt === toStamp(info.lastErase) && since.entryCount === info.entryCount
}

function toCursor(last: { id: number; bytes: Buffer }, info: SelInfo, isBehind: boolean): SelCursor {
  return {
    lastId: last.id,
    last: last.bytes.toString('hex'),
    erasedAt: toStamp(info.lastErase),
    addedAt: toStamp(info.lastAddition),
    entryCount: info.entryCount,
    isBehind,
  }
}

/** The last record known, while it is still what it was. */
async function findLast(session: Sender, since: SelCursor, options: SendOptions): Promise<GetSelEntryResponse | undefined> {
  try {
    const answer = await session.send(getSelEntry, { recordId: since.lastId }, options)
    return answer.record.toString('hex') === since.last ? answer : undefined
  } catch (error) {
    if (error instanceof IpmiError && error.kind === 'completion-code') return undefined
    throw error
  }
}

type Chain = { records: SelRecord[]; last: { id: number; bytes: Buffer } | undefined; isAtEnd: boolean }

async function followChain(
  session: Sender,
  start: number,
  bounds: { readonly limit: number; readonly endMs: number },
  options: SendOptions,
): Promise<Chain> {
  const chain: Chain = { records: [], last: undefined, isAtEnd: start === endOfLog }
  const visited = new Set<number>()
  let recordId = start
  while (recordId !== endOfLog) {
    if (chain.records.length >= bounds.limit || performance.now() >= bounds.endMs) return chain
    // A chain that leads back would never end; what it gave is the log.
    if (visited.has(recordId)) break
    visited.add(recordId)
    const answer = await readOrEnd(session, recordId, options)
    if (answer === undefined) break
    const record = decodeSelRecord(answer.record)
    chain.records.push(record)
    // "First" is no id; the record says its own.
    chain.last = { id: recordId === firstRecordId ? record.recordId : recordId, bytes: answer.record }
    recordId = answer.nextRecordId
  }
  chain.isAtEnd = true
  return chain
}

/** Some BMCs chain their last record to one that is not there yet. */
async function readOrEnd(session: Sender, recordId: number, options: SendOptions): Promise<GetSelEntryResponse | undefined> {
  try {
    return await session.send(getSelEntry, { recordId }, options)
  } catch (error) {
    if (error instanceof IpmiError && error.completionCode === noSuchRecord) return undefined
    throw error
  }
}

export type ClearSelOptions = SendOptions & {
  /** Pause between two looks at the erasure; 200 by default. */
  readonly pollMs?: number
  /** How long to wait for it; 20,000 by default. */
  readonly waitMs?: number
}

/**
 * Clears the log (IPMI 2.0 §31.9) and waits until the BMC says that it is done. The erase is sent once: a lost reply rejects with
 * `reply-lost`, and only reading tells. Read the log before: what is cleared is gone.
 */
export async function clearSel(session: Sender, options: ClearSelOptions = {}): Promise<void> {
  const { pollMs = 200, waitMs = 20_000, ...sendOptions } = options
  const reservationId = await reserve(session, sendOptions)
  const { isDone } = await session.send(clearSelCommand, { reservationId }, sendOptions)
  if (isDone) return
  try {
    await awaitErasure(session, reservationId, { pollMs, endMs: performance.now() + waitMs }, sendOptions)
  } catch (error) {
    // The erase has begun: whatever comes now is no refusal.
    const why = error instanceof IpmiError ? error.detail : String(error)
    throw new IpmiError('reply-lost', `the log is being cleared, and whether it is done is not known: ${why}`, { cause: error })
  }
}

async function reserve(session: Sender, options: SendOptions): Promise<number> {
  try {
    return (await session.send(reserveSel, undefined, options)).reservationId
  } catch (error) {
    // A BMC without reservations takes zero.
    if (error instanceof IpmiError && error.completionCode === invalidCommand) return 0
    throw error
  }
}

type Polling = { readonly pollMs: number; readonly endMs: number }

async function awaitErasure(session: Sender, reservationId: number, { pollMs, endMs }: Polling, options: SendOptions): Promise<void> {
  for (;;) {
    if (performance.now() >= endMs) throw new IpmiError('timeout', 'it takes longer than is waited')
    await delay(pollMs)
    if ((await session.send(getSelErasure, { reservationId }, options)).isDone) return
  }
}
