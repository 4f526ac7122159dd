import type { MediaAnswer } from '#lib/bmc/bmc.ts'
import type { IntentAnswer } from '#lib/db/begin-commands.ts'
import type { StepOutcome } from '#lib/db/finish-steps.ts'
import type { MediaStep } from '#lib/db/steps.ts'
import { usualInstallTiming, type Reads } from '#lib/domain/install-end.ts'
import type { LinkBase } from '#lib/domain/image-link.ts'
import type { StepStage } from '#lib/domain/install.ts'
import type { MediaOrder, MediaState } from '#lib/domain/media.ts'
import type { MediaAction } from '#lib/domain/operation.ts'
import type { MediaMemo } from '../media-memo.ts'
import { usualMediaTiming, type Course, type MediaWorld, type Started } from '../media-step.ts'
import { runMedia } from '../run-media.ts'
import { queued, startMs } from './play-step.ts'

export const toMediaStep = (action: MediaAction, changes: Partial<MediaStep> = {}): MediaStep => ({
  ...queued,
  kind: action === 'InstallImage' ? 'install' : 'media',
  action,
  commands: [],
  stage: null,
  memo: null,
  options: action === 'EjectMedia' ? {} : { image: 'debian.iso', imageId: 'i1' },
  ...changes,
})

/** One drive for discs, as most BMCs show it. */
export const drive = (inserted: boolean | null, changes: Partial<MediaState['slots'][number]> = {}): MediaState['slots'][number] => ({
  id: 'CD1',
  name: 'Virtual CD',
  owner: 'manager',
  types: ['CD'],
  via: 'insert',
  protocols: ['http', 'https', 'nfs'],
  protocolsFrom: 'told',
  inserted,
  ...(inserted === true ? { image: 'debian.iso' } : {}),
  ...changes,
})

export const http: LinkBase = { protocol: 'http', address: '10.0.0.1', port: 8080 }
export const nfs: LinkBase = { protocol: 'nfs', address: '10.0.0.1', port: 2049 }

export type Script = {
  /** The drives, by what was sent. */
  isToBeEnabled?: boolean
  drives?: (sent: readonly string[]) => MediaState['slots'] | Error
  insert?: (order: MediaOrder, n: number) => MediaAnswer | Error
  eject?: () => MediaAnswer | Error
  doors?: readonly LinkBase[]
  share?: MediaOrder
  signIn?: Pick<MediaOrder, 'user' | 'password'> | Error
  whyNoStart?: string
  start?: Started
  /** What was read by the link, by minutes since the start of the node; null where nobody counts. */
  reads?: (minutes: number) => Partial<Reads>
  lastReadMs?: number
  power?: (minutes: number) => { state: 'on' | 'off'; lastResetAt?: string; takenAtMs?: number }
  isStopped?: (minutes: number) => boolean
  begin?: (command: string, n: number) => IntentAnswer | Error
}

const done = (slot = 'CD1'): MediaAnswer => ({ kind: 'accepted', slot, text: 'read back' })
export const unread: Reads = { bytes: 0, requests: 0, percent: 0, firstReadAtMs: null, lastReadAtMs: null, refusedAddress: null, isRevoked: false }
export const token = 'abcdefghijklmnopqrstuvwxyz'

/** A BMC, a library, a clock and a database in one: everything that happens is in `log`, in order. */
export async function playMedia(step: MediaStep, script: Script = {}, abortWhen?: (log: readonly string[]) => boolean) {
  const log: string[] = []
  const sent: string[] = [...step.commands]
  const audits: Record<string, unknown>[] = []
  const stop = new AbortController()
  let nowMs = startMs
  let startedMs: number | null = null
  let outcome: StepOutcome | undefined
  let kept: { stage: StepStage; memo: MediaMemo } | undefined
  let begun = step.commands.length
  let links = 0
  const note = (text: string) => {
    log.push(text)
    if (abortWhen?.(log)) stop.abort()
  }
  const minutes = () => (startedMs === null ? 0 : (nowMs - startedMs) / 60_000)
  const give = <T>(value: T | Error): T => {
    if (value instanceof Error) throw value
    return value
  }
  const world: MediaWorld = {
    nowMs: () => nowMs,
    sleep: async (ms) => void (nowMs += ms),
    timing: { ...usualInstallTiming, ...usualMediaTiming },
    readMedia: async () => {
      nowMs += 100
      const slots = give(script.drives?.(sent) ?? [drive(sent.filter((one) => one === 'InsertMedia').length > 0 && sent.at(-1) !== 'EjectMedia')])
      return { slots, takenAt: new Date(nowMs).toISOString(), ...(script.isToBeEnabled === true ? { isToBeEnabled: true } : {}) }
    },
    insert: async (order) => {
      note(`insert ${order.protocol} ${order.url.replace(token, 'TOKEN')}`)
      sent.push('InsertMedia')
      return give(script.insert?.(order, sent.filter((one) => one === 'InsertMedia').length) ?? done())
    },
    eject: async (slot) => {
      note(`eject ${slot}`)
      sent.push('EjectMedia')
      return give(script.eject?.() ?? done(slot))
    },
    doors: async () => ({ doors: script.doors ?? [http], problem: 'no address is set at which BMCs reach the images: an administrator sets it' }),
    share: script.share ?? null,
    signIn: async () => give(script.signIn ?? {}),
    link: async ({ protocol, address }) => {
      links += 1
      note(`link ${protocol}`)
      return { id: `l${links}`, token, url: `${protocol}://${address}/i/${token}/debian.iso` }
    },
    revoke: async (id) => note(`revoke ${id}`),
    revokeAll: async () => note('revoke all'),
    reads: async () => (script.reads === undefined ? unread : { ...unread, ...script.reads(minutes()) }),
    lastReadMs: async () => script.lastReadMs ?? null,
    begin: async ({ command, stage, completes, memo, detail }) => {
      const answer = give(script.begin?.(command, begun) ?? 'committed')
      if (answer === 'committed') {
        begun += 1
        kept = { stage, memo: structuredClone(memo) }
        audits.push(detail)
        note(`commit ${command} ${stage}${completes ? ' to complete' : ''}`)
      }
      return answer
    },
    markSent: async () => note('sent'),
    keep: async (stage, memo) => {
      kept = { stage, memo: structuredClone(memo) }
      note(`keep ${stage}`)
    },
    isStopped: async () => script.isStopped?.(minutes()) ?? false,
    power: async () => ({ takenAtMs: nowMs, ...(script.power?.(minutes()) ?? { state: 'on' }) }),
    whyNoStart: async () => script.whyNoStart ?? null,
    start: async (course: Course) => {
      note('start')
      startedMs = nowMs
      course.memo.restartedAtMs = nowMs
      return script.start ?? { state: 'started', code: 'started', text: 'SetBoot: read back: Cd, once; ForceRestart: seen off, then on' }
    },
    exclusively: (work) => work(),
    finish: async (result) => {
      outcome = result
      note(`finish ${result.state}`)
    },
    refuseUnaudited: async (message) => note(`unaudited ${message}`),
  }
  if (step.stage === 'reading') startedMs = nowMs
  await runMedia(step, world, stop.signal)
  return { log, sent, outcome, audits, kept: () => kept, tookMs: nowMs - startMs }
}
