import { execFile } from 'node:child_process'
import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs, promisify } from 'node:util'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { createOperation } from '#lib/data/operations.ts'
import { retryOperation } from '#lib/data/operations-retry.ts'
import { database, prisma } from '#lib/db/client.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { addNode, ended, makeRig, until, type Ended } from '../tests/conductor-rig.ts'
import { createConductorProcess } from './conductor-process.ts'
import { median, toHostRanges } from './rack-process.ts'
import { openScratchDatabase } from './scratch-database.ts'

/**
 * Scenario 9 of the benchmarks: many nodes are power-cycled over links that lose packets. Ours is asked as the API does, audited, committed
 * before each packet and read back; ipmipower sends and believes. What is compared is the time to the last command that a BMC took.
 */
const goal = 2
const run = promisify(execFile)

type Cycle = { lastMs: number; wholeMs: number; most: number; missed: number; ends: Map<string, number> }

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string', default: '500' },
      loss: { type: 'string', default: '0.02' },
      rounds: { type: 'string', default: '5' },
      net: { type: 'string', default: '71' },
      peer: { type: 'string', default: 'ipmipower' },
    },
  })
  const [count, rounds, firstThird] = [Number(values.nodes), Number(values.rounds), Number(values.net)]
  const test = await openScratchDatabase()
  const rig = await makeRig(test)
  const rack = await startRack({ nodes: uniformRack(count, ['healthy'], ['ipmi']), plan: '623', firstThird, loss: Number(values.loss) })
  const { conductor: url } = await test.roles()
  const conductor = createConductorProcess(url, rig.folder(), 'usual')
  try {
    for (const node of rack.nodes) await addNode(rig, node.describe(), { protocol: 'ipmi' })
    const user = await makeAsker()
    conductor.start()
    await until(async () => (await listNodes()).every((node) => node.bmc.state === 'ok'), 300_000, 'an answer of every node')
    // A conductor that has just started reads every sensor record and every part; that is not what is measured.
    await until(async () => (await countRead('Inventory')) === count && (await countRead('LogCursor')) === count, 900_000, 'the first readings')
    const ours: Cycle[] = []
    const peers: Cycle[] = []
    for (let round = 0; round < rounds; round++) {
      ours.push(await cycleOurs(rack, user))
      if (values.peer === 'ipmipower') peers.push(await cyclePeer(rack, toHostRanges(count, firstThird)))
    }
    report(`power-cycle-${count}`, ours, peers)
  } finally {
    await conductor.kill()
    await rig.stop()
    await rack.close()
    await test.close()
  }
}

async function countRead(table: 'Inventory' | 'LogCursor'): Promise<number> {
  const { rows } = await database().pool.query<{ n: number }>(`SELECT count(DISTINCT "nodeId")::int AS n FROM "${table}"`)
  return rows[0]!.n
}

async function makeAsker(): Promise<SignedInUser> {
  const { id, name } = await prisma().user.create({ data: { name: 'bench', role: 'operator', passwordHash: 'none' } })
  return { id, name, role: 'operator', kind: 'person', sessionId: null, ip: '127.0.0.1', requestId: null }
}

const settled = (rack: Rack) => until(() => rack.nodes.every((node) => node.machine.power() === 'on'), 60_000, 'all nodes on')

/** How often each node was told to cycle since then, and when the last was. */
function toCounts(rack: Rack, before: readonly number[]) {
  const sent = rack.nodes.map((node, i) => node.commands.slice(before[i]))
  return {
    most: Math.max(...sent.map((commands) => commands.length)),
    missed: sent.filter((commands) => commands.length === 0).length,
    lastAtMs: Math.max(...sent.flatMap((commands) => commands.map(({ atMs }) => atMs))),
  }
}

async function cycleOurs(rack: Rack, user: SignedInUser): Promise<Cycle> {
  await settled(rack)
  // The limit of a dozen commands a minute to one node is not what is measured.
  await database().pool.query('UPDATE "Step" SET "sentAt" = NULL')
  const before = rack.nodes.map((node) => node.commands.length)
  const startedMs = Date.now()
  const { id } = await createOperation(user, { kind: 'power', action: 'PowerCycle', nodes: rack.nodes.map((node) => node.name) }, null)
  const first = await ended(id, 300_000)
  const wholeMs = Date.now() - startedMs
  const { most, missed, lastAtMs } = toCounts(rack, before)
  const ends = new Map<string, number>()
  for (const { state, error } of first.steps) {
    const end = error === undefined ? state : `${state} (${error.code})`
    ends.set(end, (ends.get(end) ?? 0) + 1)
  }
  const odd = first.steps.find(({ state }) => state === 'failed')?.error?.message
  if (odd !== undefined) console.error(odd)
  await finishRest(first, user)
  return { lastMs: lastAtMs - startedMs, wholeMs, most, missed, ends }
}

/** "Retry the failed" until every node is done, with those that are unknown named. */
async function finishRest(first: Ended, user: SignedInUser): Promise<void> {
  for (let last = first; last.state !== 'succeeded'; ) {
    const { id } = await retryOperation(user, last.id, { states: ['failed', 'not-applied', 'unknown', 'aborted'] }, null)
    last = await ended(id, 300_000)
  }
}

async function cyclePeer(rack: Rack, hosts: string): Promise<Cycle> {
  await settled(rack)
  const before = rack.nodes.map((node) => node.commands.length)
  const startedMs = Date.now()
  await run('ipmipower', ['-D', 'LAN_2_0', '-I', '3', '-h', hosts, '-u', 'admin', '-p', 'secret', '--cycle'], { maxBuffer: 16 * 1024 * 1024 })
  const wholeMs = Date.now() - startedMs
  await sleep(100)
  const { most, missed, lastAtMs } = toCounts(rack, before)
  return { lastMs: lastAtMs - startedMs, wholeMs, most, missed, ends: new Map() }
}

function report(name: string, ours: readonly Cycle[], peers: readonly Cycle[]): void {
  const last = (cycles: readonly Cycle[]) => median(cycles.map((cycle) => cycle.lastMs))
  const ratio = last(ours) / last(peers)
  const verdict = peers.length === 0 ? 'no peer' : `${last(peers)}ms ${ratio.toFixed(2)} <=${goal.toFixed(2)} ${ratio <= goal ? 'met' : 'short'}`
  console.log(`${name} ${last(ours)}ms ${verdict}`)
  const each = (cycles: readonly Cycle[]) => cycles.map(({ lastMs, wholeMs, most, missed }) => `${lastMs} (${wholeMs}, <=${most} a node, ${missed} missed)`).join('; ')
  const states = ours.map((cycle) => [...cycle.ends].map(([end, n]) => `${n} ${end}`).join(' ')).join('; ')
  console.error(`load average ${loadavg()[0]!.toFixed(1)}\nours ${each(ours)}\n  ${states}\nipmipower ${each(peers)}`)
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error)
  console.error(text.includes('ENOENT') ? 'ipmipower is missing: apt-get install freeipmi-tools' : text)
  process.exitCode = 1
})
