import type { InstallEnd } from '#lib/domain/install-end.ts'
import { eject, type Told } from './media-commands.ts'
import { toOutcome, type Course, type End } from './media-step.ts'

/** Ends a step as was found, after the image was taken out where that is left to do. What is left in stays readable for the host. */
export async function conclude(course: Course, end: InstallEnd): Promise<End | null> {
  const { memo, world } = course
  if (end.next === 'remove' && memo.slot !== null) {
    memo.end = end
    return settle(course, end, await eject(course, memo.slot, { stage: 'removing', completes: true, detail: { image: memo.file } }))
  }
  if (end.next !== 'leave' && memo.linkId !== null) await world.revoke(memo.linkId)
  return toOutcome(end, memo.said)
}

/** With what came of the eject. Nobody reads by then, so the permission ends whether or not the drive is empty. */
export async function settle({ memo, world }: Course, end: InstallEnd, told: Told | null): Promise<End | null> {
  if (told === null) return null
  if (memo.linkId !== null) await world.revoke(memo.linkId)
  if (told.kind === 'done') return toOutcome({ ...end, text: `${end.text}; ejected` }, memo.said)
  const why = told.kind === 'stopped' ? 'the operation was stopped' : told.text
  const state = end.state === 'verified' ? 'not-applied' : end.state
  return toOutcome({ ...end, state, code: end.state === 'verified' ? 'not-ejected' : end.code, text: `${end.text}; but it was not ejected: ${why}. Eject it on the node's page` }, memo.said)
}
