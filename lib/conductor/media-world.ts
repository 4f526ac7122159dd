import * as z from 'zod/mini'
import type { MediaAnswer } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { resolveVetted } from '#lib/bmc/resolve.ts'
import { createImageLink, readImageLink, readImageLinks, revokeImageLink } from '#lib/db/image-links.ts'
import { isOperationStopped, keepStage, readPolledPower, writeMedia } from '#lib/db/media-steps.ts'
import { findShareSecret } from '#lib/db/share-secrets.ts'
import type { MediaStep } from '#lib/db/steps.ts'
import type { Reads } from '#lib/domain/install-end.ts'
import { toImageUrl, type ImageReads } from '#lib/domain/image-link.ts'
import type { MediaState } from '#lib/domain/media.ts'
import { powerState } from '#lib/domain/power.ts'
import { parseShare } from '#lib/domain/share.ts'
import { shareContext } from '#lib/vault/context.ts'
import { openInbox, SealBroken } from '#lib/vault/open.ts'
import { addressOf } from './conversation.ts'
import { readDoors } from './doors.ts'
import type { MediaWorld } from './media-step.ts'
import { sleep } from './sleep.ts'
import { startFromCd, whyNoStart } from './start-from-cd.ts'
import { finish, refuseUnaudited, toEntry } from './step-ending.ts'
import { commandsPerMinute, conversationOf, ownerOf, type StepHost } from './step-host.ts'
import type { World } from './world.ts'

/** An install over a slow line takes hours; what a person mounts by hand stays readable for a day. */
const linkMinutes = { install: 12 * 60, media: 24 * 60 } as const

const polled = z.object({ state: powerState, lastResetAt: z.optional(z.string()) })

/** The world of a step of media: its node's BMC, where images are served, and the database. `exclusively` keeps polls and commands away. */
export function createMediaWorld(step: MediaStep, world: World, host: StepHost, exclusively: MediaWorld['exclusively'], signal: AbortSignal): MediaWorld {
  const { db } = world
  const owner = () => ownerOf(world, host)

  async function readMedia(): Promise<MediaState> {
    const hasRedfish = host.node().endpoints.some(({ protocol, state }) => protocol === 'redfish' && state !== 'absent')
    const state = hasRedfish ? await conversationOf(host).readAside('redfish', async (bmc) => bmc.readMedia?.(signal), signal) : undefined
    if (state === undefined) throw new BmcError('unsupported', addressOf(host.node()), 'IPMI has no virtual media, and Redfish is not known to be spoken here')
    await writeMedia(db, owner(), step.nodeId, state)
    return state
  }

  /** What was just changed is read once more, so that its page shows it: an accepted command has been read back by the protocol alone. */
  async function thenSeen(changing: Promise<MediaAnswer>): Promise<MediaAnswer> {
    const answer = await changing
    if (answer.kind !== 'accepted') return answer
    try {
      await readMedia()
    } catch (error) {
      if (!(error instanceof BmcError)) throw error
    }
    return answer
  }

  return {
    nowMs: () => Date.now(),
    sleep,
    timing: world.timing.media,
    readMedia,
    insert: (order) => thenSeen(conversationOf(host).bmc.insertMedia(order, signal)),
    eject: (slot) => thenSeen(conversationOf(host).bmc.ejectMedia(slot, signal)),
    doors: () => readDoors(db),
    share: toShareOrder(step),
    signIn: () => readSignIn(step, world, addressOf(host.node())),
    async link(door) {
      const bmcAddress = await resolveVetted(host.node().address, world.allows, signal)
      const { protocol } = door
      const { id, token, name } = await createImageLink({ imageId: step.options.imageId!, nodeId: step.nodeId, bmcAddress, protocol, minutes: linkMinutes[step.kind] }, db)
      return { id, token, url: toImageUrl(door, token, name) }
    },
    revoke: (id) => revokeImageLink(id, db),
    async revokeAll() {
      for (const { id, revokedAt } of await readImageLinks(step.nodeId, db)) if (revokedAt === null) await revokeImageLink(id, db)
    },
    async reads(id) {
      const link = await readImageLink(id, db)
      return link === null ? null : toReads(link)
    },
    async lastReadMs() {
      const open = (await readImageLinks(step.nodeId, db)).filter(({ revokedAt, lastReadAt }) => revokedAt === null && lastReadAt !== null)
      return open.length === 0 ? null : Math.max(...open.map(({ lastReadAt }) => Date.parse(lastReadAt!)))
    },
    begin: ({ command, stage, sentBefore, completes, memo, detail }) =>
      world.writes.begin({
        step,
        command,
        sentBefore,
        completes,
        before: null,
        baseline: null,
        stage: { name: stage, memo },
        owner: owner(),
        perMinute: commandsPerMinute,
        audit: toEntry(step, 'intent', { command, ...detail }),
      }),
    markSent: () => world.writes.markSent(step.id),
    keep: (stage, memo) => keepStage(db, step.id, stage, memo, memo.linkId),
    isStopped: () => isOperationStopped(db, step.operationId),
    async power() {
      const kept = await readPolledPower(db, step.nodeId)
      const parsed = polled.safeParse(kept?.data)
      return kept !== null && parsed.success ? { ...parsed.data, takenAtMs: kept.takenAt.getTime() } : null
    },
    whyNoStart: () => whyNoStart(step, world, host, signal),
    start: (course) => exclusively(() => startFromCd(course, world, host)),
    exclusively,
    finish: (outcome) => finish(step, outcome, world, host.node(), signal),
    refuseUnaudited: (message) => refuseUnaudited(step, message, world, host),
  }
}

function toShareOrder({ options: { share } }: MediaStep): MediaWorld['share'] {
  const parsed = share === undefined ? null : parseShare(share)
  return parsed === null || 'why' in parsed ? null : { url: parsed.url, protocol: parsed.protocol }
}

/** The password is with its operation until that has ended; one that is asked for again has none. */
async function readSignIn({ operationId, options: { share, shareUser: user } }: MediaStep, { db, keys }: World, address: string): ReturnType<MediaWorld['signIn']> {
  if (share === undefined || user === undefined) return {}
  const sealed = await findShareSecret(db, operationId)
  const lost = (why: string) => new BmcError('no-credential', address, `${address}: the password of the share ${why}: ask for it anew, with the password`)
  if (sealed === null) throw lost('was for another operation')
  try {
    return { user, password: openInbox(keys, sealed, shareContext({ operationId, share, user })) }
  } catch (error) {
    if (error instanceof SealBroken) throw lost('does not open')
    throw error
  }
}

const toMs = (at: string | null) => (at === null ? null : Date.parse(at))

const toReads = (link: ImageReads): Reads => ({
  bytes: link.bytesServed,
  requests: link.requests,
  percent: link.touchedPercent,
  firstReadAtMs: toMs(link.firstReadAt),
  lastReadAtMs: toMs(link.lastReadAt),
  refusedAddress: link.refusedAddress,
  isRevoked: link.revokedAt !== null,
})
