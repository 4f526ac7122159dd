import { toIpmiGuard, type IpmiGuard } from '#lib/bmc/ipmi-guarded.ts'
import type { IpmiOutcome } from '#lib/bmc/ipmi-raw.ts'
import type { RawWork } from '#lib/db/raw.ts'
import { fromBytesText, hiddenValue, type IpmiCommand } from '#lib/domain/raw.ts'
import { changeByHand, toFailed, toSiteRefusal, type ChangeByHand, type Ended } from './change-by-hand.ts'
import type { NodeAgent } from './node-agent.ts'
import type { World } from './world.ts'

/** An IPMI command by its bytes. What it does nobody here knows, so each is treated as one that may switch the power. */
export const runIpmi = (work: RawWork, world: World, agent: NodeAgent | undefined): Promise<void> => changeByHand(work, world, agent, toChange)

function toChange(work: RawWork, world: World): ChangeByHand {
  const command = toCommand(work)
  const guard = toIpmiGuard(command)
  return {
    protocol: 'ipmi',
    action: 'sendIpmi',
    refusal: toRefusal(guard, world),
    async look(conversation) {
      await conversation.readAside('ipmi', (bmc) => bmc.readPower(world.signal), world.signal)
      return { bytes: guard === undefined ? (work.body ?? '') : hiddenValue }
    },
    send: async ({ bmc }) => toEnded(await bmc.sendBytes(command, world.signal), work),
  }
}

function toCommand({ path, body }: RawWork): IpmiCommand {
  const [netFn = 0, cmd = 0] = fromBytesText(path)
  return { netFn, cmd, data: fromBytesText(body ?? '') }
}

function toRefusal(guard: IpmiGuard | undefined, world: World): string | null {
  if (guard?.kind === 'never' && world.changes !== 'none') return `this would change ${guard.what}`
  return toSiteRefusal(guard?.what, world)
}

/** Kept where an answer of Redfish is: the completion code as its status, the bytes as its body. */
function toEnded(outcome: IpmiOutcome, work: RawWork): Ended {
  if (outcome.kind === 'reply-lost') {
    return { end: toFailed({ code: 'reply-lost', message: `${work.nodeName}: ${outcome.text}` }), outcome: 'unknown' }
  }
  const { completionCode, meaning, data, elapsedMs } = outcome.answer
  const answer = { status: completionCode, etag: null, allow: null, location: null, elapsedMs, messages: meaning === null ? [] : [meaning], text: null, hidden: 0 }
  return { end: { answer, body: JSON.stringify(data), failure: null }, outcome: completionCode === 0 ? 'ok' : 'failed', detail: { completionCode } }
}
