import { setTimeout as delay } from 'node:timers/promises'
import { isRedfishError, RedfishError } from './errors.ts'
import type { Answer } from './exchange.ts'
import type { MediaCall, MediaNo } from './media-route.ts'
import { readSlotAgain, type MediaSlot } from './media-slot.ts'
import type { RedfishSession } from './session.ts'
import { followTask, toTaskPath } from './task.ts'

/** How long things may take. Tests give short ones. */
export type MediaTiming = {
  /** An answer to a mount: some BMCs look at the image first. */
  patienceMs: number
  /** The task of a mount: an iBMC needs 12 to 15 s, AMI up to a minute. */
  taskMs: number
  /** After a mount that was taken, until the slot holds the image. */
  heldMs: number
  /** After an eject, until the slot is empty: iDRAC tells of the old image for a while. */
  emptyMs: number
  /** After a request without an answer. */
  lostMs: number
  /** Between two looks. */
  lookMs: number
  pause: (ms: number) => Promise<void>
}

export const usualMediaTiming: MediaTiming = { patienceMs: 90_000, taskMs: 180_000, heldMs: 60_000, emptyMs: 20_000, lostMs: 30_000, lookMs: 2_000, pause: (ms) => delay(ms) }

/** A running mount or eject. `hasSent`: whether anything may have left; `isOver`: nobody waits any more. */
export type MediaRun = { session: RedfishSession; timing: MediaTiming; signal: AbortSignal | undefined; hasSent: boolean }

export type SentCalls = { kind: 'taken'; answer: Answer | undefined } | { kind: 'no'; no: MediaNo } | { kind: 'lost'; text: string }

/**
 * Sends the requests of a plan in order, each once, until one is refused or lost. What surely never left is thrown. `withPassword`: not as a part
 * of the session; a BMC that takes no password so (401) has done nothing, and is asked by the session.
 */
export async function sendCalls(run: MediaRun, calls: readonly MediaCall[], withPassword = false): Promise<SentCalls> {
  const sent = await sendInTurn(run, calls, withPassword)
  return withPassword && sent.kind === 'no' && sent.no.status === 401 ? await sendInTurn(run, calls, false) : sent
}

async function sendInTurn(run: MediaRun, calls: readonly MediaCall[], withPassword: boolean): Promise<SentCalls> {
  let answer: Answer | undefined
  for (const { method, path, body, pauseMs } of calls) {
    if (pauseMs !== undefined) await run.timing.pause(pauseMs)
    stopWhenAborted(run)
    const { session, timing } = run
    try {
      const options = { patienceMs: timing.patienceMs, withPassword }
      answer = method === 'POST' ? await session.post(path, body, options) : await session.patch(path, body, undefined, options)
    } catch (error) {
      if (!isRedfishError(error) || error.notSent) throw error
      run.hasSent = true
      return error.status === undefined || error.status < 400 ? { kind: 'lost', text: error.detail } : { kind: 'no', no: toNo(error) }
    }
    run.hasSent = true
  }
  return { kind: 'taken', answer }
}

export const toNo = ({ status, codes, messages, detail }: RedfishError): MediaNo => ({ status, codes, text: messages.length > 0 ? messages.join(' ') : detail })

/** What came of the task that an answer may have begun; undefined where all is well or nobody says otherwise. */
export async function followCalls({ session, timing, signal }: MediaRun, answer: Answer | undefined): Promise<MediaNo | undefined> {
  const path = answer && toTaskPath(answer)
  if (path === undefined) return undefined
  const outcome = await followTask(session.at('urgent'), path, { deadlineMs: timing.taskMs, pauseMs: Math.min(1_000, timing.lookMs), signal }).catch((error: unknown) => {
    // That the task cannot be looked at says nothing of the image.
    if (isRedfishError(error)) return undefined
    throw error
  })
  if (outcome?.end !== 'failed' && outcome?.end !== 'cancelled') return undefined
  return { status: undefined, codes: outcome.codes, text: outcome.messages.join(' ') || `its task ended as ${outcome.state ?? outcome.end}` }
}

/** Looks at a slot until it is as wanted, at most so long; the last look, or undefined when it could not be read. */
export async function lookUntil(run: MediaRun, slot: MediaSlot, ms: number, isWanted: (slot: MediaSlot) => boolean): Promise<MediaSlot | undefined> {
  const { session, timing } = run
  for (let leftMs = ms; ; leftMs -= timing.lookMs) {
    const seen = await readSlotAgain(session.at('urgent'), slot)
    if ((seen !== undefined && isWanted(seen)) || leftMs <= 0) return seen
    stopWhenAborted(run)
    await timing.pause(timing.lookMs)
  }
}

/** Undefined where the BMC does not say. */
export const isHolding = ({ inserted, image }: MediaSlot): boolean | undefined => inserted ?? (image === undefined ? undefined : true)

/** What is longer was cut by the reading. */
const MAX_TOLD = 500

/** Undefined where the BMC does not say. An image that it names must be ours, by its file's name: AMI writes the rest anew. */
export function isHoldingOurs(slot: MediaSlot, url: string): boolean | undefined {
  const holds = isHolding(slot)
  const file = url.slice(url.lastIndexOf('/') + 1).toLowerCase()
  return holds === true && slot.image !== undefined && slot.image.length < MAX_TOLD ? slot.image.toLowerCase().includes(file) : holds
}

/** Something to be thrown out: also an image that is named and not inserted, which is in the way of the next (AMI). */
export const isInTheWay = ({ inserted, image }: MediaSlot): boolean => inserted === true || image !== undefined

function stopWhenAborted({ signal, session, hasSent }: MediaRun): void {
  if (signal?.aborted === true) throw new RedfishError('closed', session.address, 'stopped', { notSent: !hasSent })
}
