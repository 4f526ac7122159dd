import { toBmcError } from '#lib/bmc/failure.ts'
import { deleteOldRaw, finishRaw, listForgottenRaw, takeRaw, type RawEnd, type RawWork } from '#lib/db/raw.ts'
import { isReadingMethod } from '#lib/domain/raw.ts'
import { goOnWith } from './background.ts'
import { toChangeEntry, toConversation, toFailed } from './change-by-hand.ts'
import type { NodeAgent } from './node-agent.ts'
import { lookAt, runChange, toEnd } from './run-change.ts'
import { runIpmi } from './run-ipmi.ts'
import { runSetting, tellSetup } from './run-setup.ts'
import type { World } from './world.ts'

const atOnce = 32
/** Longer than a request takes in all, so that what is older has nobody. */
const forgottenSeconds = 240
const keptSeconds = 600

/** Takes what people ask nodes of ours by hand, and answers it in the background, over the conversation that is open already. */
export async function takeUpRaw(world: World, agents: ReadonlyMap<string, NodeAgent>, running: Set<Promise<void>>): Promise<void> {
  await deleteOldRaw(world.db, keptSeconds)
  for (const forgotten of await listForgottenRaw(world.db, forgottenSeconds)) await giveUp(forgotten, world)
  const room = atOnce - running.size
  if (room <= 0) return
  for (const work of await takeRaw(world.db, world.conductorId, room)) {
    goOnWith(answer(work, world, agents.get(work.nodeId)), `${work.nodeName}: ${work.method} ${work.path}`, running, world)
  }
}

/** A change whose conductor died over it may have been made: that is the truth, and it is written down. */
async function giveUp(work: RawWork & { wasSending: boolean }, world: World): Promise<void> {
  const text = work.wasSending
    ? `${work.nodeName}: the conductor stopped while the request was under way; read the resource to see whether it was done`
    : `${work.nodeName}: no conductor answered; nothing was sent`
  const failure = { code: work.wasSending ? 'reply-lost' : 'no-conductor', message: text }
  const audit = isReadingMethod(work.method) ? null : toChangeEntry(work, work.wasSending ? 'unknown' : 'failed', { error: text })
  await finishRaw(world.db, work.id, toFailed(failure), audit)
}

async function answer(work: RawWork, world: World, agent: NodeAgent | undefined): Promise<void> {
  if (work.method === 'IPMI') return runIpmi(work, world, agent)
  if (work.method === 'SET') return runSetting(work, world, agent)
  if (work.method === 'SETUP') return finishRaw(world.db, work.id, await tellSetup(work, world, agent), null)
  if (work.method !== 'GET') return runChange(work, world, agent)
  await finishRaw(world.db, work.id, await look(work, world, agent), null)
}

async function look(work: RawWork, world: World, agent: NodeAgent | undefined): Promise<RawEnd> {
  try {
    return toEnd(await lookAt(work.path, toConversation(work, 'redfish', agent), world.signal))
  } catch (error) {
    const { kind, message } = toBmcError(error, work.nodeName)
    return toFailed({ code: kind, message })
  }
}
