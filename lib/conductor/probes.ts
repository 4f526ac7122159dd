import { BmcError } from '#lib/bmc/errors.ts'
import { probe } from '#lib/bmc/probe.ts'
import { answerProbe, listForgottenProbes, takeProbes, type ProbeWork } from '#lib/db/probes.ts'
import type { BmcFailureKind, ProbeResult } from '#lib/domain/bmc.ts'
import { credentialContext } from '#lib/vault/context.ts'
import { openInbox, SealBroken } from '#lib/vault/open.ts'
import { goOnWith } from './background.ts'
import type { NodeAgent } from './node-agent.ts'
import type { World } from './world.ts'

/** A person waits for the answer: it comes within 10 s, whatever the BMC does. */
const deadlineMs = 9_000
const atOnce = 16
const forgottenSeconds = 60

/**
 * Takes questions and answers them in the background. Of an address any conductor may: a probe sends no command. Of a node its owner
 * alone, over the conversation that is open already; of such a row only the node's id is believed.
 */
export async function takeUpProbes(world: World, agents: ReadonlyMap<string, NodeAgent>, running: Set<Promise<void>>): Promise<void> {
  for (const { id, address } of await listForgottenProbes(world.db, forgottenSeconds)) {
    await answerProbe(world.db, id, toFailed('failed', address, `${address}: the probe was interrupted; ask again`))
  }
  const room = atOnce - running.size
  if (room <= 0) return
  for (const work of await takeProbes(world.db, world.conductorId, room)) {
    goOnWith(answer(work, world, agents), `probe of ${work.address}`, running, world)
  }
}

async function answer(work: ProbeWork, world: World, agents: ReadonlyMap<string, NodeAgent>): Promise<void> {
  const agent = work.nodeId === null ? undefined : agents.get(work.nodeId)
  const gone = toFailed('failed', work.address, `${work.address}: the node has changed hands; ask again`)
  const result = work.nodeId === null ? await probeAddress(work, world) : ((await agent?.probe(deadlineMs)) ?? gone)
  await answerProbe(world.db, work.id, result)
}

async function probeAddress(work: ProbeWork, world: World): Promise<ProbeResult> {
  let password: string
  try {
    if (work.sealed === null) throw new SealBroken('no password came with the probe')
    password = openInbox(world.keys, work.sealed, credentialContext({ nodeId: work.id, address: work.address, ports: work.ports }))
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    return toFailed('no-credential', work.address, `${work.address}: ${error.message}`)
  }
  const { address, protocol, ports, username } = work
  return probe({ address, protocol, ports, username, password, pin: null, tls: 'modern', ca: world.ca, allows: world.allows, deadlineMs }, world.signal)
}

function toFailed(kind: BmcFailureKind, address: string, text: string): ProbeResult {
  return { endpoints: [], identity: {}, capabilities: null, failure: new BmcError(kind, address, text).toFailure() }
}
