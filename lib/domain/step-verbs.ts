import type { Command, OperationAction, Step } from './operation.ts'
import { isFreshStart, resetTypes, toBootReset } from './reset-rules.ts'

/** What a step comes to, for a person to read: `did` in the word of a command where the action alone does not say; `forced` what had to follow. */
export function toVerbs(action: OperationAction, { before, commands }: Pick<Step, 'before' | 'commands'>): { did: OperationAction; forced: Command | null } {
  if (action === 'Boot') {
    const sent = resetTypes.find((type) => type === commands.at(-1))
    const meant = before === null ? null : toBootReset(before)
    return { did: meant ?? sent ?? 'Boot', forced: null }
  }
  const isGraceful = action === 'GracefulShutdown' || action === 'GracefulRestart'
  const forced = (['ForceOff', 'ForceRestart'] as const).find((one) => commands.includes(one))
  return { did: action, forced: isGraceful ? (forced ?? null) : null }
}

/** Does this only read? Then its step sends nothing. */
export const isReading = (action: OperationAction) => action.startsWith('Refresh')

/** Does this bring an image in, or take it out? */
export const isOfMedia = (action: OperationAction) => action === 'MountImage' || action === 'EjectMedia' || action === 'InstallImage'

/** Does a step go on without a command that would tell of it: an image is read? */
export const isUnderWay = ({ stage, endedAt }: Step) => stage === 'reading' && endedAt === null

const startsWithinMs = 5 * 60_000

/** Has a step started its host so lately that more may be told of how far that is? */
export function mayStillStart({ commands, endedAt, progress }: Pick<Step, 'commands' | 'endedAt' | 'progress'>, nowMs: number): boolean {
  if (!commands.some(isFreshStart) || progress?.some(({ stage }) => stage === 'osRunning') === true) return false
  return endedAt === null || nowMs - Date.parse(endedAt) < startsWithinMs
}

/** Is what was read back the point of this, and worth a line beside `verified`? */
export const tellsEvidence = (action: OperationAction) => action === 'SetBoot' || action === 'SetPowerCap' || action === 'LiftPowerCap' || action === 'ResetBmc' || isOfMedia(action) || isReading(action)

/** What speaks against a step, to stand beside its node's name: without the name and address that a message begins with. */
export function toErrorText({ node, error }: Pick<Step, 'node' | 'error'>): string | undefined {
  if (error === undefined) return undefined
  const match = /^([a-z0-9-]+)(?: \([^)]*\))?: (.*)$/s.exec(error.message)
  return match?.[1] === node ? match[2] : error.message
}
