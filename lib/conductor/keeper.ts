import { claimNodes, countSurplus, listOwnedNodes, releaseNodes, type OwnedNode } from '#lib/db/leases.ts'
import { listFanWork } from '#lib/db/fan-policies.ts'
import { endOrphans, stopForbidden } from '#lib/db/end-steps.ts'
import { listSteps, type StepWork } from '#lib/db/steps.ts'
import { takeInbox } from './inbox.ts'
import { createNodeAgent, type NodeAgent } from './node-agent.ts'
import { takeUpProbes } from './probes.ts'
import { takeUpRaw } from './raw.ts'
import { takeUpRecordings } from './recordings.ts'
import { takeUpScans } from './scans.ts'
import type { World } from './world.ts'

/** Keeps one agent for each node that this conductor owns, and gives it what the database has for it. */
export type Keeper = {
  /** Looks at all that may have changed: nodes, leases, passwords, probes, steps. */
  look: () => Promise<void>
  /** Stops every agent and gives the nodes back. */
  close: () => Promise<void>
}

export function createKeeper(world: World): Keeper {
  const agents = new Map<string, NodeAgent>()
  const probes = new Set<Promise<void>>()
  const raw = new Set<Promise<void>>()
  const recordings = new Set<Promise<void>>()
  const scans = new Set<Promise<void>>()

  async function look(): Promise<void> {
    const taken = await claimNodes(world.db, world.conductorId)
    await giveAway(await countSurplus(world.db, world.conductorId))
    await takeInbox(world)
    if (world.signal.aborted) return
    const readAtMs = performance.now()
    await meet(await listOwnedNodes(world.db, world.conductorId), readAtMs)
    // What a conductor that is gone has left half-way comes before all else, and before the first readings of its nodes fill the line.
    if (taken > 0) offer((await listSteps(world.db, world.conductorId)).filter(({ state }) => state !== 'queued'))
    await offerFans()
    await stopForbidden(world.db)
    await endOrphans(world.db)
    await world.releases.pass()
    if (!world.signal.aborted) offer(await listSteps(world.db, world.conductorId))
    // A person who waits for an answer waits less for it than for nodes that are half-way through an operation.
    await takeUpProbes(world, agents, probes)
    await takeUpRaw(world, agents, raw)
    await takeUpRecordings(world, agents, recordings)
    await takeUpScans(world, scans)
  }

  /** Another conductor has come: nodes without a running step go to it, after their conversations were closed here. */
  async function giveAway(count: number): Promise<void> {
    const leaving = [...agents.values()].filter((agent) => !agent.isBusy()).slice(0, count)
    for (const { nodeId } of leaving) agents.delete(nodeId)
    await Promise.all(leaving.map((agent) => agent.stop()))
    await releaseNodes(world.db, world.conductorId, leaving.map((agent) => agent.nodeId))
  }

  async function meet(nodes: readonly OwnedNode[], readAtMs: number): Promise<void> {
    const owned = new Set(nodes.map((node) => node.id))
    const gone = [...agents.values()].filter((agent) => !owned.has(agent.nodeId))
    for (const agent of gone) agents.delete(agent.nodeId)
    for (const node of nodes) {
      const known = agents.get(node.id)
      if (known === undefined) agents.set(node.id, createNodeAgent(node, world))
      else known.update(node, readAtMs)
    }
    // Not waited for: a BMC that does not answer its farewell holds nobody up.
    for (const agent of gone) void agent.stop()
  }

  async function offerFans(): Promise<void> {
    const readAtMs = performance.now()
    const byNode = new Map((await listFanWork(world.db, world.conductorId)).map((work) => [work.nodeId, work]))
    for (const agent of agents.values()) agent.offerFans(byNode.get(agent.nodeId), readAtMs)
  }

  function offer(steps: readonly StepWork[]): void {
    const byNode = new Map<string, StepWork[]>()
    for (const step of steps) byNode.set(step.nodeId, [...(byNode.get(step.nodeId) ?? []), step])
    for (const [nodeId, ofNode] of byNode) agents.get(nodeId)?.offer(ofNode)
  }

  return {
    look,
    async close() {
      const all = [...agents.values()]
      agents.clear()
      await Promise.all([...all.map((agent) => agent.stop()), ...probes, ...raw, ...recordings, ...scans])
      await releaseNodes(world.db, world.conductorId, all.map((agent) => agent.nodeId)).catch(() => {})
    },
  }
}
