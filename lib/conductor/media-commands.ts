import type { MediaAnswer } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { isAway } from '#lib/db/away.ts'
import type { IntentAnswer } from '#lib/db/begin-commands.ts'
import type { StepStage } from '#lib/domain/install.ts'
import { toMountSlot, type MediaOrder, type MediaSlotState } from '#lib/domain/media.ts'
import type { Course, MediaIntent } from './media-step.ts'
import { textOf } from './step-world.ts'

/**
 * The two commands of media, each committed with its stage before it leaves, sent once, and read back. What a BMC answers is taken for
 * what it was read to be; a lost reply is answered by reading alone.
 */

/** `done`: read back as it should be. `no`: it is as it was, and why. `unclear`: nothing tells. `stopped`: not sent. null: the step is not ours any more. */
export type Told =
  | { kind: 'done'; slot: string; text: string }
  | { kind: 'no'; code: string; text: string; answer?: Extract<MediaAnswer, { kind: 'rejected' }> }
  | { kind: 'unclear'; text: string }
  | { kind: 'stopped' }

type Wanted = { stage: StepStage; completes?: boolean; detail: Record<string, unknown> }

export async function insert(course: Course, order: MediaOrder, wanted: Wanted): Promise<Told | null> {
  return command(course, { ...wanted, command: 'InsertMedia' }, () => course.world.insert(order), (slot) => slot.inserted === true)
}

export async function eject(course: Course, slot: string, wanted: Wanted): Promise<Told | null> {
  course.memo.slot = slot
  return command(course, { ...wanted, command: 'EjectMedia' }, () => course.world.eject(slot), (one) => one.inserted === false)
}

async function command(course: Course, { command: name, stage, completes = false, detail }: Wanted & { command: MediaIntent['command'] }, send: () => Promise<MediaAnswer>, isDone: (slot: MediaSlotState) => boolean): Promise<Told | null> {
  const { world, signal } = course
  const committed = await commit(course, { command: name, stage, completes, detail })
  if (committed !== 'committed') return committed
  // The lease went between the commit and the packet: whoever owns the node now only reads.
  if (signal.aborted) return null
  let answer: MediaAnswer
  try {
    answer = await world.exclusively(send)
  } catch (error) {
    if (error instanceof BmcError) return { kind: 'no', code: error.kind, text: `${name} was not done: ${error.message}` }
    answer = { kind: 'reply-lost', text: textOf(error) }
  }
  if (signal.aborted) return null
  if (answer.kind === 'rejected') return { kind: 'no', code: 'rejected', text: answer.text, answer }
  await world.markSent()
  return answer.kind === 'accepted' ? { kind: 'done', slot: answer.slot, text: answer.text } : readBack(course, isDone, `the reply to ${name} was lost (${answer.text})`)
}

async function commit(course: Course, { command: name, stage, completes, detail }: Required<Wanted> & { command: MediaIntent['command'] }): Promise<'committed' | Told | null> {
  const { world, memo, sent } = course
  let answer: IntentAnswer
  try {
    answer = await world.begin({ command: name, stage, sentBefore: sent, completes, memo, detail })
  } catch (error) {
    // With Postgres away the step stays as it is; a step that has begun waits for the audit.
    if (sent > 0 || isAway(error)) throw error
    await world.refuseUnaudited(`nothing was sent, because the audit could not be written: ${textOf(error)}`)
    return null
  }
  if (answer === 'committed') {
    course.sent += 1
    return 'committed'
  }
  return toUncommitted(answer, name, sent === 0)
}

function toUncommitted(answer: Exclude<IntentAnswer, 'committed'>, name: string, isFirst: boolean): Told | null {
  switch (answer) {
    case 'not-ours':
      return null
    case 'stopped':
      // Of a step that has not begun the end is written with its operation's.
      return isFirst ? null : { kind: 'stopped' }
    case 'protected':
      return { kind: 'no', code: 'protected', text: `the node is protected; ${name} was not sent` }
    case 'rate-limit':
      return { kind: 'no', code: 'rate-limit', text: `too many commands to this node within a minute; ${name} was not sent` }
  }
}

/** Reads the drive until it is as it should be, or long enough. */
export function readBack({ world, memo, signal }: Course, isDone: (slot: MediaSlotState) => boolean, said: string): Promise<Told | null> {
  return world.exclusively(() => readUntil({ world, memo, signal }, isDone, said))
}

async function readUntil({ world, memo, signal }: Pick<Course, 'world' | 'memo' | 'signal'>, isDone: (slot: MediaSlotState) => boolean, said: string): Promise<Told | null> {
  const deadlineMs = world.nowMs() + world.timing.readBackMs
  let last = 'the BMC has not answered a read since'
  do {
    try {
      const state = await world.readMedia()
      const slot = state.slots.find(({ id }) => id === memo.slot) ?? toMountSlot(state)
      if (slot !== undefined && isDone(slot)) return { kind: 'done', slot: slot.id, text: `${said}; read back: ${toSlotText(slot)}` }
      last = slot === undefined ? 'the BMC shows no virtual drive any more' : `it reads ${toSlotText(slot)}`
    } catch (error) {
      if (!(error instanceof BmcError)) throw error
      last = error.message
    }
    await world.sleep(world.timing.readEveryMs, signal)
    if (signal.aborted) return null
  } while (world.nowMs() < deadlineMs)
  return { kind: 'unclear', text: `${said}; ${last}` }
}

/** Is what is mounted being read now? In words; null when it is not. */
export async function whyBusy({ world }: Course): Promise<string | null> {
  const atMs = await world.lastReadMs()
  if (atMs === null || world.nowMs() - atMs >= world.timing.busyMs) return null
  return `the node read its image ${Math.round((world.nowMs() - atMs) / 1000)} s ago`
}

export const toSlotText = ({ name, inserted, image }: MediaSlotState): string =>
  `${name} ${inserted === true ? `holds ${image ?? 'an image'}` : inserted === false ? 'is empty' : 'does not say what it holds'}`
