import { BmcError } from '#lib/bmc/errors.ts'
import { toBmcError } from '#lib/bmc/failure.ts'
import { beginRaw, type RawEnd, type RawWork } from '#lib/db/raw.ts'
import { bmcSetting, holds, type BmcSetup } from '#lib/domain/bmc-setup.ts'
import { rolesThatMay } from '#lib/domain/permission.ts'
import type { Conversation } from './conversation.ts'
import type { NodeAgent } from './node-agent.ts'
import { toConversation, toFailed } from './raw.ts'
import { changesPerMinute, finish, refused, toChangeEntry, toNotSent, toUncommitted, type Ended } from './run-change.ts'
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

/** One setting: its intent is committed with its audit row, it is sent once, and what came of it is what is read back. */
export async function runSetting(work: RawWork, world: World, agent: NodeAgent | undefined): Promise<void> {
  const { end, outcome } = await tryChange(work, world, agent)
  await finish(work, end, toChangeEntry(work, outcome, end.failure === null ? {} : { error: end.failure.message }), world)
}

async function tryChange(work: RawWork, world: World, agent: NodeAgent | undefined): Promise<Ended> {
  try {
    const setting = bmcSetting.parse(JSON.parse(work.body ?? 'null'))
    const conversation = toConversation(work, 'ipmi', agent)
    if (agent!.isBusy()) return refused('busy', `${work.nodeName}: an operation is running on this node; nothing was sent`)
    if (!(await world.pace(world.signal))) return refused('stopped', `${work.nodeName}: the conductor is stopping; nothing was sent`)
    const before = await readSetup(conversation, world)
    const owner = { conductorId: world.conductorId, epoch: agent!.node().epoch }
    const audit = toChangeEntry(work, 'intent', { setting, before: { restore: before.restore, sol: before.sol, clock: before.clock } })
    const intent = await beginRaw(world.db, { work, owner, perMinute: changesPerMinute, roles: rolesThatMay('changeSetup'), audit })
    if (intent !== 'committed') return toUncommitted(intent, work, 'changeSetup')
    if (world.signal.aborted) return refused('stopped', `${work.nodeName}: the node was given up before anything was sent`)
    const answer = await conversation.bmc.changeSetup(setting, world.signal)
    if (answer.kind === 'rejected') return { end: toFailed({ code: 'rejected', message: answer.text }), outcome: 'failed' }
    return await toReadBack(work, conversation, world, (setup) => holds(setting, setup, Date.now()))
  } catch (error) {
    return toNotSent(error, work)
  }
}

/** What was read back decides, whatever the BMC answered. */
async function toReadBack({ nodeName }: RawWork, conversation: Conversation, world: World, isThere: (setup: BmcSetup) => boolean | null): Promise<Ended> {
  const told = await readSetup(conversation, world).catch((error: unknown) => toBmcError(error, nodeName))
  const held = told instanceof BmcError ? null : isThere(told)
  if (held === true && !(told instanceof BmcError)) return { end: toEnd(told), outcome: 'ok' }
  if (held === false) return { end: toFailed({ code: 'not-applied', message: `${nodeName}: it was sent once, and what is read back says something else` }), outcome: 'failed' }
  return { end: toFailed({ code: 'unknown', message: `${nodeName}: it was sent once, and cannot be read back` }), outcome: 'unknown' }
}

/** Reads aside: a person's curiosity is no evidence against a BMC that is polled well. */
const readSetup = (conversation: Conversation, world: World): Promise<BmcSetup> => conversation.readAside('ipmi', (bmc) => bmc.readSetup!(world.signal), world.signal)

/** Kept where an answer of Redfish is. */
function toEnd(setup: BmcSetup): RawEnd {
  const answer = { status: 0, etag: null, allow: null, location: null, elapsedMs: 0, messages: [], text: null, hidden: 0 }
  return { answer, body: JSON.stringify(setup), failure: null }
}
