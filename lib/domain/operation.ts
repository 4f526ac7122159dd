import * as z from 'zod/mini'
import { bootProgress } from './boot-progress.ts'
import { bootMode, bootOrder } from './boot.ts'
import { stepReads, stepStage } from './install.ts'
import { kindOf, refreshActions } from './operation-actions.ts'
import { operationLimits } from './operation-limits.ts'
import { powerAction, powerState, resetType } from './power.ts'
import { toForced } from './reset-rules.ts'

export const operationKind = z.enum(['power', 'indicator', 'boot', 'power-cap', 'bmc-reset', 'log-clear', 'refresh', 'media', 'install'])
export type OperationKind = z.infer<typeof operationKind>

export const operationState = z.enum(['running', 'succeeded', 'failed', 'aborted'])
export type OperationState = z.infer<typeof operationState>

/**
 * A step's way (design §1). `sending` is committed before the packet leaves; whoever finds a step in `sending` only reads.
 * `failed` is an answer that says no (or a BMC that could not be spoken to before anything was sent).
 */
export const stepState = z.enum(['queued', 'sending', 'sent', 'verified', 'not-applied', 'unknown', 'failed', 'aborted'])
export type StepState = z.infer<typeof stepState>

/** Why a step ended as it did: a code for the page's words, and the sentence with the address for everyone else. */
export const stepError = z.object({ code: z.string(), message: z.string() })

export const step = z.object({
  node: z.string(),
  /** Its place in the order of the operation, from 0. */
  position: z.number(),
  state: stepState,
  /** The batch with which it was released; null while it waits for its turn. */
  batch: z.nullable(z.number()),
  /** The operation that must be done with the node first, while it is. */
  waitsFor: z.nullable(z.string()),
  before: z.nullable(powerState),
  after: z.nullable(powerState),
  afterAt: z.nullable(z.iso.datetime()),
  endedAt: z.nullable(z.iso.datetime()),
  evidence: z.optional(z.string()),
  commands: z.array(z.string()),
  /** Where a step of media stands, or stood when it ended. */
  stage: z.optional(stepStage),
  /** What the BMC has read of the image that this step brought in. */
  reads: z.optional(stepReads),
  error: z.optional(stepError),
  /** What has been told of the start of the node's host since the step's command, while it is fresh. */
  progress: z.optional(z.array(bootProgress)),
})
export type Step = z.infer<typeof step>

/** What moves a node or its BMC: power takes a reset type or `Boot`, indicator takes on or off, boot sets the boot override, power-cap how much may be drawn. */
export const controlKind = z.enum(['power', 'indicator', 'boot', 'power-cap', 'bmc-reset'])
export type ControlKind = z.infer<typeof controlKind>
const otherCommand = z.enum(['IndicatorOn', 'IndicatorOff', 'SetBoot', 'SetPowerCap', 'LiftPowerCap', 'ResetBmc'])
export const controlAction = z.union([powerAction, otherCommand])
export type ControlAction = z.infer<typeof controlAction>

/** What is read at once that is else read when its turn comes. No command is sent. */
export const refreshAction = z.enum(refreshActions)
export type RefreshAction = z.infer<typeof refreshAction>

/** An image brought into a node's virtual drive, or taken out; `InstallImage`: brought in, started from, watched, and taken out again. */
export const mediaAction = z.enum(['MountImage', 'EjectMedia', 'InstallImage'])
export type MediaAction = z.infer<typeof mediaAction>

export const operationAction = z.union([controlAction, z.literal('ClearLog'), mediaAction, refreshAction])
export type OperationAction = z.infer<typeof operationAction>

/** What a step puts on the wire, one after the other, by its name in the audit. */
export const command = z.union([resetType, otherCommand])
export type Command = z.infer<typeof command>

/** What a step of media puts on the wire beside those. */
export type MediaCommand = 'InsertMedia' | 'EjectMedia'

/**
 * What belongs to some actions. `forceAfterSeconds`: a node that a graceful shutdown or restart has left on for so long is forced, by a
 * second command. `boot`: the override to set; with `start` the node is started from it at once, as `Boot` does, once it is read back.
 * `capWatts`: how much SetPowerCap lets a node draw.
 * `source`: the log to clear, by its name; without it the one that tells of the hardware is cleared, where a BMC has several.
 * `image`: a file of the library by its name, `imageId` which one that was; `share`: one on a server elsewhere instead, by its address, and
 * `shareUser` who signs in there; the password is kept elsewhere, sealed.
 * `mode`: how an install boots it. `quietMinutes`: it is taken out after nobody has read it for so long, `patienceMinutes`: given up
 * when nothing was read for so long from its restart. `force`: also while it is read.
 */
export const actionOptions = z.object({
  forceAfterSeconds: z.optional(z.int().check(z.positive())),
  boot: z.optional(bootOrder),
  start: z.optional(z.boolean()),
  capWatts: z.optional(z.int().check(z.positive())),
  source: z.optional(z.string()),
  image: z.optional(z.string()),
  imageId: z.optional(z.string()),
  share: z.optional(z.string()),
  shareUser: z.optional(z.string()),
  mode: z.optional(bootMode),
  quietMinutes: z.optional(z.int().check(z.positive())),
  patienceMinutes: z.optional(z.int().check(z.positive())),
  force: z.optional(z.boolean()),
})
export type ActionOptions = z.infer<typeof actionOptions>

/** The options as they are stored; what this version does not know is left out. */
export function toOptions(stored: unknown): ActionOptions {
  const parsed = actionOptions.safeParse(stored)
  return parsed.success ? parsed.data : {}
}

/** What the audit says it is done with: a log or an image where it is about one, else the action itself. */
export const toTarget = (action: OperationAction, { source, image, share }: ActionOptions): string => source ?? image ?? share ?? action

/** How long a person may let a node take to obey, in seconds. */
export const forceAfter = { least: 10, usual: 300, most: 3_600 } as const

type Asked = { kind: OperationKind; action: OperationAction } & ActionOptions

/** What of a request does not fit together: the field, and why; null when all does. */
export function toMisfit(asked: Asked): { field: string; why: string } | null {
  const { kind, action, forceAfterSeconds, boot, start, source, capWatts } = asked
  if (kindOf(action) !== kind) return { field: 'action', why: `${action} is not an action of the kind "${kind}"` }
  const ofPower = powerAction.safeParse(action)
  const isGraceful = ofPower.success && toForced(ofPower.data) !== null
  if (forceAfterSeconds !== undefined && !isGraceful) return { field: 'forceAfterSeconds', why: `${action} is not graceful, so there is nothing to force later` }
  if ((boot === undefined) === (kind === 'boot')) return { field: 'boot', why: kind === 'boot' ? 'say from what' : `${action} sets no boot override` }
  if ((capWatts === undefined) === (action === 'SetPowerCap')) return { field: 'capWatts', why: action === 'SetPowerCap' ? 'say how many watts' : `${action} caps nothing` }
  if (start !== undefined && kind !== 'boot') return { field: 'start', why: `${action} starts a node or does not, whatever this says` }
  if (boot?.uri !== undefined && boot.target !== 'http') return { field: 'boot.uri', why: `a boot from ${boot.target} fetches nothing` }
  if (source !== undefined && kind !== 'log-clear') return { field: 'source', why: `${action} clears no log` }
  return toMediaMisfit(asked)
}

function toMediaMisfit({ kind, action, image, share, shareUser, mode, quietMinutes, patienceMinutes, force }: Asked): { field: string; why: string } | null {
  const brings = action === 'MountImage' || action === 'InstallImage'
  if (!brings && image !== undefined) return { field: 'image', why: `${action} brings in no image` }
  if (!brings && share !== undefined) return { field: 'share', why: `${action} brings in no image` }
  if (share === undefined && shareUser !== undefined) return { field: 'shareUser', why: 'there is no share to sign in to' }
  if (brings && (image === undefined) === (share === undefined)) return { field: 'image', why: 'say which: either image or share' }
  if (mode !== undefined && kind !== 'install') return { field: 'mode', why: `${action} boots nothing` }
  if (quietMinutes !== undefined && kind !== 'install') return { field: 'quietMinutes', why: `${action} does not wait for reads` }
  if (patienceMinutes !== undefined && kind !== 'install') return { field: 'patienceMinutes', why: `${action} does not wait for reads` }
  if (force !== undefined && kind !== 'media') return { field: 'force', why: `${action} is not held up by reads` }
  return null
}

/** Steps by their state, a figure for each. */
export const stepCounts = z.record(stepState, z.number())
export type StepCounts = z.infer<typeof stepCounts>

/** Why nothing more of an operation begins: somebody aborted it, who asked may no longer, or no conductor was there for too long. */
export const stopReason = z.enum(['aborted', 'revoked', 'stalled'])
export type StopReason = z.infer<typeof stopReason>

/** An operation as a whole; its steps are read by the page, for there may be ten thousand. */
export const operation = z.object({
  id: z.string(),
  kind: operationKind,
  action: operationAction,
  state: operationState,
  by: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.nullable(z.iso.datetime()),
  /** The names of its nodes folded, `n[1-20]`; cut off with … where it is very long. */
  nodes: z.string(),
  counts: stepCounts,
  limits: operationLimits,
  options: actionOptions,
  /** The newest batch, from 1; null before the first. */
  batch: z.nullable(z.number()),
  /** While it pauses between two batches: when the next begins. */
  nextBatchAt: z.nullable(z.iso.datetime()),
  /** While it is held no step begins; those on their way go on. */
  held: z.nullable(z.object({ by: z.string(), at: z.iso.datetime() })),
  stopped: z.nullable(z.object({ reason: stopReason, by: z.nullable(z.string()), at: z.iso.datetime() })),
  /** The operation whose unsuccessful steps are asked for again here. */
  retryOf: z.nullable(z.string()),
})
export type Operation = z.infer<typeof operation>
