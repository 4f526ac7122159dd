import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { readAudit } from '#lib/db/audit.ts'
import { database } from '#lib/db/client.ts'
import { listNodes } from '#lib/db/nodes.ts'
import type { StepState } from '#lib/domain/operation.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { addNode, ended, makeRig, operate, until } from '../tests/conductor-rig.ts'
import { createConductorProcess, type ConductorProcess } from './conductor-process.ts'
import { median } from './rack-process.ts'
import { openScratchDatabase } from './scratch-database.ts'

/**
 * Kills the conductor (SIGKILL) again and again while it cycles many nodes, each time at a random moment after it has taken the work up
 * again. No node may get two commands of one operation, no step may be forgotten, and what cannot be decided must say so.
 */
const goalMs = 5_000
const longestLifeMs = 3_000

type Tally = { operations: number; resumedMs: number[]; cpuMs: number[]; most: number; unasked: number; forgotten: number; states: Map<StepState, number> }

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string', default: '500' },
      kills: { type: 'string', default: '100' },
      batch: { type: 'string', default: '50' },
      seed: { type: 'string', default: '1' },
    },
  })
  const [count, kills, atOnce] = [Number(values.nodes), Number(values.kills), Number(values.batch)]
  const test = await openScratchDatabase()
  const rig = await makeRig(test)
  const rack = await startRack({ nodes: uniformRack(count, ['healthy'], ['ipmi']), timing: { powerOnMs: 300, cycleOffMs: 1_500 } })
  const { conductor: url } = await test.roles()
  const child = await createConductorProcess(url, rig.folder())
  try {
    for (const node of rack.nodes) await addNode(rig, node.describe(), { protocol: 'ipmi' })
    child.start()
    await until(async () => (await listNodes()).every((node) => node.bmc.state === 'ok'), 300_000, 'an answer of every node')
    const random = toRandom(Number(values.seed))
    const tally: Tally = { operations: 0, resumedMs: [], cpuMs: [], most: 0, unasked: 0, forgotten: 0, states: new Map() }
    while (tally.resumedMs.length < kills) await cycleOnce(rack, child, { atOnce, kills, random }, tally)
    report(`operation-kills-${count}`, tally, kills)
  } finally {
    await child.kill()
    await rig.stop()
    await rack.close()
    await test.close()
  }
}

/** One operation on every node, with kills until there were enough or it has ended. */
async function cycleOnce(rack: Rack, child: ConductorProcess, { atOnce, kills, random }: { atOnce: number; kills: number; random: () => number }, tally: Tally): Promise<void> {
  const before = new Map(rack.nodes.map((node) => [node.name, node.commands.length]))
  const id = await operate('PowerCycle', [...before.keys()], { limits: { atOnce } })
  tally.operations++
  const isRunning = async () => (await database().pool.query(`SELECT 1 FROM "Operation" WHERE id = $1 AND state = 'running'`, [id])).rows.length > 0
  while (tally.resumedMs.length < kills && (await isRunning())) {
    await sleep(random() * longestLifeMs)
    await child.kill()
    const startedAt = new Date()
    child.start()
    if (!(await isRunning())) break
    await until(() => hasMoved(id, startedAt), 120_000, 'a step that goes on')
    tally.resumedMs.push(Date.now() - startedAt.getTime())
    tally.cpuMs.push(child.cpuMs() ?? 0)
    if (tally.resumedMs.length % 10 === 0) console.error(`${tally.resumedMs.length} kills, ${tally.operations} operations`)
  }
  const operation = await ended(id, 1_200_000)
  tally.forgotten += before.size - operation.steps.length
  const intents = await readAudit({ action: 'power', outcome: 'intent', limit: 1_000_000 })
  const audited = new Map<string, number>()
  for (const { node, operationId } of intents) if (node !== null && operationId === id) audited.set(node, (audited.get(node) ?? 0) + 1)
  for (const { name, commands } of rack.nodes) {
    const sent = commands.length - before.get(name)!
    tally.most = Math.max(tally.most, sent)
    if (sent > (audited.get(name) ?? 0)) tally.unasked++
  }
  for (const { state } of operation.steps) tally.states.set(state, (tally.states.get(state) ?? 0) + 1)
}

/** Has a step been moved since then, or the node of one that is on its way been read? Its conductor works again. */
async function hasMoved(id: string, since: Date): Promise<boolean> {
  const { rows } = await database().pool.query(
    `SELECT 1 FROM "Step" s LEFT JOIN "NodeStatus" n ON n."nodeId" = s."nodeId" WHERE s."operationId" = $1
      AND (s."updatedAt" > $2 OR (s.state IN ('sending', 'sent') AND n."seenAt" > $2)) LIMIT 1`,
    [id, since],
  )
  return rows.length > 0
}

/** Pseudo-random and the same every time (mulberry32): a failing point can be looked at again. */
function toRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function report(name: string, { operations, resumedMs, cpuMs, most, unasked, forgotten, states }: Tally, kills: number): void {
  const slowest = Math.max(...resumedMs)
  const isMet = slowest <= goalMs && most <= 1 && unasked === 0 && forgotten === 0
  const figures = [...states].map(([state, n]) => `${n} ${state}`).join(', ')
  console.log(`${name} ${kills} kills ${operations} operations resumed ${median(resumedMs)}ms at most ${slowest}ms <=${goalMs}ms commands/node <=${most} unaudited ${unasked} forgotten ${forgotten} (${figures}) ${isMet ? 'met' : 'short'}`)
  const kept = resumedMs.filter((ms) => ms <= goalMs).length
  console.error(`load average ${loadavg()[0]!.toFixed(1)}; ${kept} of ${kills} within the goal; CPU until then ${median(cpuMs)}ms; resumed ${resumedMs.join(' ')}`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
