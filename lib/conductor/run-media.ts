import type { MediaStep } from '#lib/db/steps.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { toEvidenceText } from '#lib/domain/evidence.ts'
import type { MediaSlotState } from '#lib/domain/media.ts'
import { bringIn, type Brought } from './bring-in.ts'
import { eject, readBack, toSlotText, whyBusy, type Told } from './media-commands.ts'
import { readMemo, toMemo } from './media-memo.ts'
import { failed, proven, type Course, type End, type MediaWorld } from './media-step.ts'
import { conclude, settle } from './take-out.ts'
import { textOf } from './step-world.ts'
import { watchInstall } from './watch-install.ts'

/**
 * Takes a step of media from where it stands to its end: an image is mounted, ejected, or mounted, started from, watched and ejected. Its
 * stage is committed with each command, so whoever finds the step reads what became of that and goes on from there.
 */
export async function runMedia(step: MediaStep, world: MediaWorld, signal: AbortSignal): Promise<void> {
  const course: Course = { step, memo: readMemo(step.memo) ?? toMemo(step.options.image ?? step.options.share ?? ''), sent: step.commands.length, world, signal }
  const end = await (step.action === 'EjectMedia' ? runEject(course) : runMount(course))
  if (end === null || signal.aborted) return
  await world.finish({ before: null, after: null, afterAt: null, ...end })
}

async function runMount(course: Course): Promise<End | null> {
  const { step, memo, signal } = course
  switch (step.state === 'queued' ? null : step.stage) {
    case null:
    case 'linking':
      if (course.sent === 0 && isLate(course)) return late
      return afterBringing(course, await bringIn(course))
    case 'ejecting': {
      const emptied = await readBack(course, (slot) => slot.inserted === false, 'the conductor restarted after EjectMedia was recorded as sent')
      if (emptied === null) return null
      if (emptied.kind !== 'done') return failed('not-applied', 'not-ejected', `${toText(emptied)}: what was mounted before could not be proven to be out, so nothing was mounted`)
      return afterBringing(course, await bringIn(course))
    }
    case 'mounting':
      return afterBringing(course, await bringInAgain(course))
    case 'booting':
    case 'resetting':
      return start(course)
    case 'reading':
      return watch(course)
    case 'removing': {
      const out = await readBack(course, (slot) => slot.inserted === false, 'the conductor restarted after EjectMedia was recorded as sent')
      return out === null || signal.aborted ? null : settle(course, memo.end ?? { next: 'remove', state: 'unknown', code: 'no-record', text: 'the step has no record of how it went' }, out)
    }
  }
}

/** What a conductor that is gone has mounted is only read back; where nothing is, it is not mounted again. */
async function bringInAgain(course: Course): Promise<Brought> {
  const told = await readBack(course, (slot) => slot.inserted === true, 'the conductor restarted after InsertMedia was recorded as sent')
  if (told === null) return null
  if (told.kind === 'done') return { kind: 'in', slot: told.slot, text: told.text }
  return { kind: 'end', end: { next: 'remove', state: 'unknown', code: 'no-evidence', text: toText(told) } }
}

async function afterBringing(course: Course, brought: Brought): Promise<End | null> {
  const { step, memo } = course
  if (brought === null) return null
  if (brought.kind === 'end') return conclude(course, brought.end)
  memo.slot = brought.slot
  memo.said = [brought.text]
  return step.kind === 'install' ? start(course) : proven(brought.text)
}

async function start(course: Course): Promise<End | null> {
  const { memo, world, signal } = course
  if (signal.aborted) return null
  const started = await world.start(course)
  if (started === null) return null
  if (started.state === 'stopped') return conclude(course, { next: 'remove', state: 'aborted', code: 'stopped', text: started.text })
  if (started.state === 'failed') return conclude(course, { next: 'remove', state: 'failed', code: started.code, text: started.text })
  memo.said = [...memo.said, started.text]
  memo.restartedAtMs ??= world.nowMs()
  await world.keep('reading', memo)
  return watch(course)
}

async function watch(course: Course): Promise<End | null> {
  const end = await watchInstall(course)
  return end === null ? null : conclude(course, end)
}

const isLate = ({ step, world }: Course) => world.nowMs() > step.deadlineAt.getTime()
const late = failed('aborted', 'deadline', 'not started before the deadline of its operation; nothing was sent')

/** Empties every drive that holds something, one after the other. */
async function runEject(course: Course): Promise<End | null> {
  const { step, world } = course
  if (step.state !== 'queued') return toEjected(course, await readBack(course, (slot) => slot.inserted === false, 'the conductor restarted after EjectMedia was recorded as sent'))
  if (isLate(course)) return late
  let slots: MediaSlotState[]
  try {
    slots = (await world.exclusively(world.readMedia)).slots.filter(({ via }) => via !== null)
  } catch (error) {
    if (!(error instanceof BmcError)) throw error
    return failed('failed', error.kind, `nothing was sent, because the drives could not be read: ${textOf(error)}`)
  }
  if (slots.length === 0) return failed('failed', 'not-supported', 'this BMC shows no virtual drive; nothing was sent')
  const full = slots.filter(({ inserted }) => inserted !== false)
  if (full.length === 0) {
    await world.revokeAll()
    return proven(toEvidenceText('notMounted'))
  }
  const busy = step.options.force === true ? null : await whyBusy(course)
  if (busy !== null) return failed('failed', 'being-read', `${busy}; nothing was sent. Taking it from a host that reads it breaks what runs there: say so if that is meant`)
  const said: string[] = []
  for (const slot of full.some(({ inserted }) => inserted === true) ? full.filter(({ inserted }) => inserted === true) : full.slice(0, 1)) {
    const told = await eject(course, slot.id, { stage: 'removing', detail: { slot: slot.name, held: slot.image } })
    const end = await toEjected(course, told)
    if (end?.state !== 'verified') return end
    said.push(`${toSlotText(slot)}: ejected`)
  }
  return proven(said.join('; '))
}

async function toEjected({ world }: Course, told: Told | null): Promise<End | null> {
  if (told === null) return null
  if (told.kind === 'stopped') return failed('aborted', 'stopped', 'the operation was stopped before everything was ejected')
  if (told.kind === 'done') {
    await world.revokeAll()
    return proven(told.text)
  }
  return told.kind === 'no' ? failed('failed', told.code, `the BMC did not eject: ${told.text}`) : failed('unknown', 'no-evidence', told.text)
}

const toText = (told: Told) => (told.kind === 'stopped' ? 'the operation was stopped' : told.text)
