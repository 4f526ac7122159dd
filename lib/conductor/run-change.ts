import { toAuditBody, toGuardedPart, type RawOutcome, type RawReply } from '#lib/bmc/redfish-raw.ts'
import type { RawEnd, RawWork } from '#lib/db/raw.ts'
import type { RawChange } from '#lib/domain/raw.ts'
import { changeByHand, toFailed, toSiteRefusal, type ChangeByHand, type Ended } from './change-by-hand.ts'
import type { Conversation } from './conversation.ts'
import type { NodeAgent } from './node-agent.ts'
import type { World } from './world.ts'

const longestAuditBody = 8_000

/** A change by Redfish. Unlike a step it is not read back, for nobody here knows what it should bring about: the page reads the resource anew. */
export const runChange = (work: RawWork, world: World, agent: NodeAgent | undefined): Promise<void> => changeByHand(work, world, agent, toChange)

function toChange(work: RawWork, world: World): ChangeByHand {
  const request = toRequest(work)
  return {
    protocol: 'redfish',
    action: 'changeRedfish',
    refusal: toSiteRefusal(toGuardedPart(request), world),
    async look(conversation) {
      await lookAt(work.path, conversation, world.signal)
      return { body: toShort(toAuditBody(request.body)), ifMatch: work.ifMatch }
    },
    send: async ({ bmc }) => toEnded(await bmc.change(request, world.signal), work),
  }
}

const toRequest = ({ method, path, body, ifMatch }: RawWork): RawChange => ({
  method: method as RawChange['method'],
  path,
  body: body === null ? undefined : JSON.parse(body),
  ifMatch: ifMatch ?? undefined,
})

/** Reads aside: a person's curiosity is no evidence against a BMC that is polled well. */
export const lookAt = (path: string, conversation: Conversation, signal: AbortSignal): Promise<RawReply> =>
  conversation.readAside('redfish', async (bmc) => bmc.look!(path, signal), signal)

function toEnded(outcome: RawOutcome, work: RawWork): Ended {
  if (outcome.kind === 'reply-lost') {
    const message = `${outcome.text}. It was sent once; read the resource to see whether it was done`
    return { end: toFailed({ code: 'reply-lost', message: `${work.nodeName}: ${message}` }), outcome: 'unknown' }
  }
  const { status, location, messages } = outcome.reply
  // After a 5xx the deed may have been done all the same.
  return { end: toEnd(outcome.reply), outcome: status < 300 ? 'ok' : status < 500 ? 'failed' : 'unknown', detail: { status, location, messages } }
}

export function toEnd({ body, ...reply }: RawReply): RawEnd {
  return { answer: reply, body, failure: null }
}

const toShort = (body: unknown) => {
  const text = JSON.stringify(body) ?? ''
  return text.length <= longestAuditBody ? body : `${text.slice(0, longestAuditBody)}…`
}
