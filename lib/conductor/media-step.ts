import type { MediaAnswer } from '#lib/bmc/bmc.ts'
import type { IntentAnswer } from '#lib/db/begin-commands.ts'
import type { StepOutcome } from '#lib/db/finish-steps.ts'
import type { MediaStep } from '#lib/db/steps.ts'
import type { InstallEnd, InstallTiming, Reads } from '#lib/domain/install-end.ts'
import type { StepStage } from '#lib/domain/install.ts'
import type { LinkBase } from '#lib/domain/image-link.ts'
import type { MediaOrder, MediaProtocol, MediaState } from '#lib/domain/media.ts'
import type { MediaCommand } from '#lib/domain/operation.ts'
import type { PowerState } from '#lib/domain/power.ts'
import type { MediaMemo } from './media-memo.ts'

/** What is asked of the world by a step that brings an image in, so that a test can be the BMC, the clock and the database. */
export type MediaWorld = {
  nowMs: () => number
  sleep: (ms: number, signal: AbortSignal) => Promise<void>
  timing: MediaTiming
  /** Reads the drives and keeps what was read. Rejects with a BmcError. */
  readMedia: () => Promise<MediaState>
  /** At most one mount or eject, with the forms that this BMC wants. A BmcError means that nothing was changed. */
  insert: (order: MediaOrder) => Promise<MediaAnswer>
  eject: (slot: string) => Promise<MediaAnswer>
  /** Where BMCs can fetch from us; `problem` says what an administrator has to do where there is none. */
  doors: () => Promise<{ doors: readonly LinkBase[]; problem: string }>
  /** The share that is mounted instead of an image of the library; null: it is one of the library. */
  share: MediaOrder | null
  /** Who signs in to the share, and with what; nothing where it asks for nobody. A BmcError where the password is gone. */
  signIn: () => Promise<Pick<MediaOrder, 'user' | 'password'>>
  /** A new permission to read the image; its URL is known here alone. */
  link: (door: LinkBase) => Promise<{ id: string; url: string; token: string }>
  revoke: (linkId: string) => Promise<void>
  /** Ends every permission that this BMC has: nothing is mounted any more. */
  revokeAll: () => Promise<void>
  reads: (linkId: string) => Promise<Reads | null>
  /** When this BMC last read anything from us by a link that is still open. */
  lastReadMs: () => Promise<number | null>
  begin: (intent: MediaIntent) => Promise<IntentAnswer>
  markSent: () => Promise<void>
  keep: (stage: StepStage, memo: MediaMemo) => Promise<void>
  isStopped: () => Promise<boolean>
  /** The newest power reading of the polls, which go on meanwhile; null before the first. */
  power: () => Promise<{ state: PowerState; lastResetAt?: string; takenAtMs: number } | null>
  /** Why the node could not be started from it; null when it can. Nothing is sent. */
  whyNoStart: () => Promise<string | null>
  /** The boot override and the restart, taken up where the step stands; see `start-from-cd.ts`. */
  start: (course: Course) => Promise<Started | null>
  /** While this runs nothing else is asked of the BMC. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>
  finish: (outcome: StepOutcome) => Promise<void>
  refuseUnaudited: (message: string) => Promise<void>
}

export type MediaTiming = InstallTiming & {
  /** Between two looks at what was read, and between two looks at the drives while it reads. */
  lookEveryMs: number
  stateEveryMs: number
  /** Between two reads, and how long they go on, where a reply was lost. */
  readEveryMs: number
  readBackMs: number
}

export const usualMediaTiming = { lookEveryMs: 5_000, stateEveryMs: 60_000, readEveryMs: 3_000, readBackMs: 180_000 }

export type MediaIntent = {
  command: MediaCommand
  stage: StepStage
  sentBefore: number
  completes: boolean
  memo: MediaMemo
  detail: Record<string, unknown>
}

/** A step under way. `sent`: how many commands it has sent. */
export type Course = { step: MediaStep; memo: MediaMemo; sent: number; world: MediaWorld; signal: AbortSignal }

/** How the start from the image went; `stopped`: it was aborted before the restart was sent. */
export type Started = { state: 'started' | 'stopped' | 'failed'; code: string; text: string }

export type End = Pick<StepOutcome, 'state' | 'evidence' | 'error'>
export const failed = (state: End['state'], code: string, message: string): End => ({ state, evidence: null, error: { code, message } })
export const proven = (evidence: string): End => ({ state: 'verified', evidence, error: null })

/** The end of a step as its outcome, with what was proven on the way. */
export function toOutcome({ state, code, text }: InstallEnd, said: readonly string[]): End {
  const whole = [...said, text].join('; ')
  return state === 'verified' ? proven(whole) : failed(state, code, whole)
}

export const protocolWords: Record<MediaProtocol, string> = { http: 'HTTP', https: 'HTTPS', nfs: 'NFS', cifs: 'CIFS' }
