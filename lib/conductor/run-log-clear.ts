import type { LogReading, ResetAnswer } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import type { LogPlace } from '#lib/db/events.ts'
import type { IntentAnswer } from '#lib/db/begin-commands.ts'
import type { StepOutcome } from '#lib/db/finish-steps.ts'
import type { LogClearStep } from '#lib/db/steps.ts'
import type { Protocol } from '#lib/domain/bmc.ts'
import { toEvidenceText } from '#lib/domain/evidence.ts'
import { toHardwareLog } from '#lib/domain/log-source.ts'
import { isDatabaseAway } from './database-away.ts'
import { textOf } from './step-world.ts'

/**
 * Clears one log of a BMC. It is read and kept first, so that nothing is lost; the command leaves once, after its intent was committed;
 * then the log is read back. What it needs of the world comes in `LogClearWorld`.
 */
export type LogClearWorld = {
  nowMs: () => number
  sleep: (ms: number, signal: AbortSignal) => Promise<void>
  places: () => Promise<readonly LogPlace[]>
  /** Reads what is new and keeps it. */
  readLog: (via: Protocol) => Promise<LogReading>
  /** Reads all that is there now, and keeps it. */
  readWholeLog: (via: Protocol) => Promise<LogReading>
  /** At most one command. A BmcError means that nothing was sent. */
  clear: (via: Protocol, source: string) => Promise<ResetAnswer>
  begin: (source: string) => Promise<IntentAnswer>
  /** The log of a command that was begun, where the step does not say. */
  readBegun: () => Promise<string | undefined>
  markSent: () => Promise<void>
  finish: (outcome: StepOutcome) => Promise<void>
  refuseUnaudited: (message: string) => Promise<void>
}

/** A BMC with a slow store needs some of these for a full log, 30 s each. */
const readingsBefore = 20
const readBackForMs = 60_000
const readEveryMs = 2_000

type End = Pick<StepOutcome, 'state' | 'evidence' | 'error'>
const ended = (state: End['state'], code: string, message: string): End => ({ state, evidence: null, error: { code, message } })
const proven = (evidence: string): End => ({ state: 'verified', evidence, error: null })

/** One log: the protocol that it is read and cleared by, and its name there. */
type Place = { via: Protocol; source: string }

/** Runs or resumes a step. Resolves when it has ended, was taken over by another owner, or the signal fired. */
export async function runLogClear(step: LogClearStep, world: LogClearWorld, signal: AbortSignal): Promise<void> {
  const source = step.options.source ?? (step.state === 'queued' ? undefined : await world.readBegun())
  const place = findPlace(await world.places(), source)
  const go = step.state === 'queued' ? start : readBack
  const end = typeof place === 'string' ? toNowhere(step, place) : await go(step, place, world, signal)
  if (end === null || signal.aborted) return
  await world.finish({ before: null, after: null, afterAt: null, ...end })
}

/** Where the log is cleared: the one of this name, else the one that tells of the hardware; or why nowhere. */
function findPlace(places: readonly LogPlace[], source: string | undefined): Place | string {
  const able = places.flatMap(({ protocol: via, sources }) => sources.filter(({ canClear }) => canClear).map(({ name }) => ({ via, name })))
  if (source !== undefined) {
    const named = able.find(({ name }) => name === source)
    return named === undefined ? `this BMC offers no clearing of the log ${source}` : { via: named.via, source }
  }
  if (places.length === 0) return 'the logs of this BMC have not been read yet'
  const via = able.some((one) => one.via === 'redfish') ? 'redfish' : 'ipmi'
  const logs = able.filter((one) => one.via === via)
  if (logs.length === 0) return 'this BMC offers no clearing of a log'
  const log = toHardwareLog(logs)
  const names = logs.map(({ name }) => name).join(', ')
  return log === undefined ? `this BMC has several logs (${names}), and none is known to be that of the hardware: name one` : { via, source: log.name }
}

const toNowhere = ({ state }: LogClearStep, text: string): End =>
  state === 'queued' ? ended('failed', 'not-supported', text) : ended('unknown', 'no-evidence', text)

async function start(step: LogClearStep, place: Place, world: LogClearWorld, signal: AbortSignal): Promise<End | null> {
  if (world.nowMs() > step.deadlineAt.getTime()) {
    return ended('aborted', 'deadline', 'not started before the deadline of its operation; nothing was sent')
  }
  const unread = await readAll(place, world, signal)
  if (unread !== null) return unread
  const intent = await commit(place, world)
  // The lease went between the commit and the packet: whoever owns the node now only reads.
  if (intent !== 'committed' || signal.aborted) return intent === 'committed' ? null : intent
  let answer: ResetAnswer
  try {
    answer = await world.clear(place.via, place.source)
  } catch (error) {
    if (error instanceof BmcError) return ended('failed', error.kind, `nothing was sent: ${error.message}`)
    answer = { kind: 'reply-lost', text: textOf(error) }
  }
  if (answer.kind === 'rejected') return ended('failed', 'rejected', `the BMC refused to clear its log: ${answer.text}`)
  await world.markSent()
  return readBack({ ...step, sentAt: new Date(world.nowMs()) }, place, world, signal)
}

/** Keeps all that the log holds; null when that is done. */
async function readAll({ via, source: name }: Place, world: LogClearWorld, signal: AbortSignal): Promise<End | null> {
  const why = (text: string) => ended('failed', 'log-not-kept', `nothing was sent, because the log could not be read and kept first: ${text}`)
  try {
    for (let i = 0; i < readingsBefore && !signal.aborted; i++) {
      const source = (await world.readLog(via)).sources.find((one) => one.name === name)
      if (source === undefined) return why(`the BMC has no log ${name} any more`)
      if (source.failure !== undefined) return why(source.failure)
      if (source.isComplete) return null
    }
    return why('it is longer than could be read')
  } catch (error) {
    if (isDatabaseAway(error)) throw error
    return why(textOf(error))
  }
}

/** `null`: the step is not ours any more, and nothing was sent. */
async function commit({ source }: Place, world: LogClearWorld): Promise<'committed' | End | null> {
  let answer: IntentAnswer
  try {
    answer = await world.begin(source)
  } catch (error) {
    if (isDatabaseAway(error)) throw error
    await world.refuseUnaudited(`nothing was sent, because the audit could not be written: ${textOf(error)}`)
    return null
  }
  return answer === 'committed' ? answer : null
}

/** Reads until the log does not go on from what it was. The reading that found that may have been another's, after a restart. */
async function readBack(step: LogClearStep, place: Place, world: LogClearWorld, signal: AbortSignal): Promise<End | null> {
  const { via, source } = place
  const deadlineMs = world.nowMs() + readBackForMs
  let silence: unknown
  do {
    if (await wasFoundCleared(step, place, world)) return proven(toEvidenceText('logAnew', { log: source }))
    try {
      const { sources } = await world.readLog(via)
      silence = undefined
      if (sources.some((one) => one.name === source && one.wasCleared)) return proven(toEvidenceText('logAnew', { log: source }))
      if (world.nowMs() >= deadlineMs - readEveryMs && (await isEmpty(place, world))) return proven(toEvidenceText('logEmpty', { log: source }))
    } catch (error) {
      if (isDatabaseAway(error)) throw error
      silence = error
    }
    await world.sleep(readEveryMs, signal)
    if (signal.aborted) return null
  } while (world.nowMs() < deadlineMs)
  if (silence !== undefined) return ended('unknown', 'no-answer', `the log could not be read back: ${textOf(silence)}`)
  return ended('not-applied', 'not-applied', 'the command was answered, but the log still holds what it held')
}

async function wasFoundCleared({ sentAt }: LogClearStep, { via, source }: Place, world: LogClearWorld): Promise<boolean> {
  const place = (await world.places()).find((one) => one.protocol === via)
  const clearedAt = place?.sources.find((one) => one.name === source)?.clearedAt
  return sentAt !== null && clearedAt != null && Date.parse(clearedAt) >= sentAt.getTime()
}

/** A log that was empty before it was cleared looks the same afterwards. */
async function isEmpty({ via, source }: Place, world: LogClearWorld): Promise<boolean> {
  const { entries, sources } = await world.readWholeLog(via)
  const isWhole = sources.some((one) => one.name === source && one.isComplete && one.failure === undefined)
  return isWhole && !entries.some((one) => one.source === source)
}
