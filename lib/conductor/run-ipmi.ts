import { toIpmiGuard, type IpmiGuard } from '#lib/bmc/ipmi-guarded.ts'
import type { IpmiOutcome } from '#lib/bmc/ipmi-raw.ts'
import { beginRaw, type RawWork } from '#lib/db/raw.ts'
import { rolesThatMay } from '#lib/domain/permission.ts'
import { fromBytesText, hiddenValue, type IpmiCommand } from '#lib/domain/raw.ts'
import type { NodeAgent } from './node-agent.ts'
import { toConversation, toFailed } from './raw.ts'
import { changesPerMinute, finish, refused, toChangeEntry, toNotSent, toUncommitted, type Ended } from './run-change.ts'
import type { World } from './world.ts'

/**
 * An IPMI command that an administrator wrote by its bytes. What it does nobody here knows, so each is treated as one that may switch the
 * power: its intent is committed with its audit row, it is sent once, and what the BMC answered is written down.
 */
export async function runIpmi(work: RawWork, world: World, agent: NodeAgent | undefined): Promise<void> {
  const { end, outcome } = await trySend(work, world, agent)
  const { answer, failure } = end
  await finish(work, end, toChangeEntry(work, outcome, answer === null ? { error: failure?.message } : { completionCode: answer.status }), world)
}

async function trySend(work: RawWork, world: World, agent: NodeAgent | undefined): Promise<Ended> {
  try {
    const command = toCommand(work)
    const guard = toIpmiGuard(command)
    const forbidden = toRefusal(guard, world)
    if (forbidden !== null) return refused('guarded', `${work.nodeName}: ${forbidden}`)
    const conversation = toConversation(work, 'ipmi', agent)
    if (agent!.isBusy()) return refused('busy', `${work.nodeName}: an operation is running on this node; nothing was sent`)
    // A session that the BMC has forgotten shows here and not in the command.
    await conversation.readAside('ipmi', (bmc) => bmc.readPower(world.signal), world.signal)
    if (!(await world.pace(world.signal))) return refused('stopped', `${work.nodeName}: the conductor is stopping; nothing was sent`)
    const owner = { conductorId: world.conductorId, epoch: agent!.node().epoch }
    const audit = toChangeEntry(work, 'intent', { bytes: guard === undefined ? (work.body ?? '') : hiddenValue })
    const intent = await beginRaw(world.db, { work, owner, perMinute: changesPerMinute, roles: rolesThatMay('sendIpmi'), audit })
    if (intent !== 'committed') return toUncommitted(intent, work, 'sendIpmi')
    if (world.signal.aborted) return refused('stopped', `${work.nodeName}: the node was given up before anything was sent`)
    return toEnded(await conversation.bmc.sendBytes(command, world.signal), work)
  } catch (error) {
    return toNotSent(error, work)
  }
}

function toCommand({ path, body }: RawWork): IpmiCommand {
  const [netFn = 0, cmd = 0] = fromBytesText(path)
  return { netFn, cmd, data: fromBytesText(body ?? '') }
}

/** What the conductor itself does not send, whatever web asks. */
function toRefusal(guard: IpmiGuard | undefined, { changes }: World): string | null {
  if (changes === 'none') return 'changes by hand are switched off here (REDFISH_CHANGES=none)'
  if (guard?.kind === 'never') return `this would change ${guard.what}`
  return guard === undefined || changes === 'all' ? null : `this would change ${guard.what}, which is not done by hand unless the conductor is started with REDFISH_CHANGES=all`
}

/** Kept where an answer of Redfish is: the completion code as its status, the bytes as its body. */
function toEnded(outcome: IpmiOutcome, work: RawWork): Ended {
  if (outcome.kind === 'reply-lost') {
    return { end: toFailed({ code: 'reply-lost', message: `${work.nodeName}: ${outcome.text}. It was sent once` }), outcome: 'unknown' }
  }
  const { completionCode, meaning, data, elapsedMs } = outcome.answer
  const answer = { status: completionCode, etag: null, allow: null, location: null, elapsedMs, messages: meaning === null ? [] : [meaning], text: null, hidden: 0 }
  return { end: { answer, body: JSON.stringify(data), failure: null }, outcome: completionCode === 0 ? 'ok' : 'failed' }
}
