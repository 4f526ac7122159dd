import { BmcError } from '#lib/bmc/errors.ts'
import { toBmcError } from '#lib/bmc/failure.ts'
import type { RawEnd, RawWork } from '#lib/db/raw.ts'
import { bmcSetting, holds, type BmcSetting, type BmcSetup } from '#lib/domain/bmc-setup.ts'
import { changeByHand, toConversation, toFailed, type ChangeByHand, type Ended } from './change-by-hand.ts'
import type { Conversation } from './conversation.ts'
import type { NodeAgent } from './node-agent.ts'
import type { World } from './world.ts'

/** How the BMC itself is set up, as it says now. */
export async function tellSetup(work: RawWork, world: World, agent: NodeAgent | undefined): Promise<RawEnd> {
  try {
    return toEnd(await readSetup(toConversation(work, 'ipmi', agent), world))
  } catch (error) {
    const { kind, message } = toBmcError(error, work.nodeName)
    return toFailed({ code: kind, message })
  }
}

/** One setting. What came of it is what is read back. */
export const runSetting = (work: RawWork, world: World, agent: NodeAgent | undefined): Promise<void> => changeByHand(work, world, agent, toChange)

function toChange(work: RawWork, world: World): ChangeByHand {
  const setting = bmcSetting.parse(JSON.parse(work.body ?? 'null'))
  return {
    protocol: 'ipmi',
    action: 'changeSetup',
    refusal: null,
    async look(conversation) {
      const { restore, sol, clock } = await readSetup(conversation, world)
      return { setting, before: { restore, sol, clock } }
    },
    async send(conversation) {
      const answer = await conversation.bmc.changeSetup(setting, world.signal)
      if (answer.kind === 'rejected') return { end: toFailed({ code: 'rejected', message: answer.text }), outcome: 'failed' }
      return toReadBack(setting, work, conversation, world)
    },
  }
}

/** What was read back decides, whatever the BMC answered. */
async function toReadBack(setting: BmcSetting, { nodeName }: RawWork, conversation: Conversation, world: World): Promise<Ended> {
  const unknown = (why: string): Ended => ({ end: toFailed({ code: 'unknown', message: `${nodeName}: it was sent once, and cannot be read back: ${why}` }), outcome: 'unknown' })
  const told = await readSetup(conversation, world).catch((error: unknown) => toBmcError(error, nodeName))
  if (told instanceof BmcError) return unknown(told.message)
  const held = holds(setting, told, Date.now())
  if (held === null) return unknown('the BMC does not tell it')
  if (held) return { end: toEnd(told), outcome: 'ok', detail: {} }
  return { end: toFailed({ code: 'not-applied', message: `${nodeName}: it was sent once, and what is read back says something else` }), outcome: 'failed' }
}

/** Reads aside: a person's curiosity is no evidence against a BMC that is polled well. */
const readSetup = (conversation: Conversation, world: World): Promise<BmcSetup> => conversation.readAside('ipmi', (bmc) => bmc.readSetup!(world.signal), world.signal)

/** Kept where an answer of Redfish is. */
function toEnd(setup: BmcSetup): RawEnd {
  const answer = { status: 0, etag: null, allow: null, location: null, elapsedMs: 0, messages: [], text: null, hidden: 0 }
  return { answer, body: JSON.stringify(setup), failure: null }
}
