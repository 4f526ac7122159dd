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
import { createConductorProcess, type ConductorProcess } from './conductor-process.ts'
import { hasPowerman, startPowerman, type Powerman } from './powerman-peer.ts'
import { median, toHostRanges } from './rack-process.ts'
import { openScratchDatabase } from './scratch-database.ts'

/**
 * Scenario 9 of the benchmarks: many nodes are power-cycled over links that lose packets. Ours is asked as the API does, audited, committed
 * before each packet and read back; ipmipower sends and believes. What is compared is the time to the last command that a BMC took. With
 * `cold` each round of ours begins with a conductor that has just started and is reading everything of every node.
 */
const goal = 2
const run = promisify(execFile)

type Cycle = { lastMs: number; wholeMs: number; most: number; missed: number; provenMs?: number; ends: Map<string, number>; retries: number }

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string', default: '500' },
      loss: { type: 'string', default: '0.02' },
      rounds: { type: 'string', default: '5' },
      net: { type: 'string', default: '71' },
      peer: { type: 'string', default: 'ipmipower,powerman' },
      cold: { type: 'boolean', default: false },
    },
  })
  const [count, rounds, firstThird] = [Number(values.nodes), Number(values.rounds), Number(values.net)]
  const wanted = new Set(values.peer.split(','))
  const hosts = toHostRanges(count, firstThird)
  const test = await openScratchDatabase()
  const rig = await makeRig(test)
  const rack = await startRack({ nodes: uniformRack(count, ['healthy'], ['ipmi']), plan: '623', firstThird, loss: Number(values.loss) })
  const { conductor: url } = await test.roles()
  const conductor = await createConductorProcess(url, rig.folder())
  let powerman: Powerman | undefined
  try {
    for (const node of rack.nodes) await addNode(rig, node.describe(), { protocol: 'ipmi' })
    const user = await makeAsker()
    conductor.start()
    await until(async () => (await listNodes()).every((node) => node.bmc.state === 'ok'), 300_000, 'an answer of every node')
    // A conductor that has just started reads every sensor record and every part; without `cold` that is not what is measured.
    if (!values.cold) await until(async () => (await countRead('Inventory')) === count && (await countRead('LogCursor')) === count, 900_000, 'the first readings')
    const ours: Cycle[] = []
    const peers = new Map<string, Cycle[]>()
    if (wanted.has('ipmipower')) peers.set('ipmipower', [])
    if (wanted.has('powerman') && !hasPowerman()) console.error('powerman is left out: it is not installed (apt-get install powerman)')
    else if (wanted.has('powerman')) peers.set('powerman', [])
    if (peers.has('powerman')) powerman = await startPowerman(count, hosts)
    for (let round = 0; round < rounds; round++) {
      if (values.cold) await startAnew(conductor)
      ours.push(await cycleOurs(rack, user))
      peers.get('ipmipower')?.push(await cyclePeer(rack, () => cycleByIpmipower(hosts)))
      peers.get('powerman')?.push(await cyclePeer(rack, () => powerman!.cycle()))
    }
    report(`power-cycle-${count}${values.cold ? '-cold' : ''}`, ours, peers)
  } finally {
    powerman?.stop()
    await conductor.kill()
    await rig.stop()
    await rack.close()
    await test.close()
  }
}

/** Another conductor, which has seen each node once and is in the middle of reading everything else. */
async function startAnew(conductor: ConductorProcess): Promise<void> {
  await conductor.kill()
  const startedAt = new Date()
  conductor.start()
  const unseen = `SELECT count(*)::int AS n FROM "Node" LEFT JOIN "NodeStatus" s ON s."nodeId" = "Node".id WHERE s."seenAt" IS NULL OR s."seenAt" < $1`
  await until(async () => (await database().pool.query<{ n: number }>(unseen, [startedAt])).rows[0]!.n === 0, 120_000, 'an answer of every node')
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
  return { lastMs: lastAtMs - startedMs, wholeMs, most, missed, provenMs: await readProven(id, startedMs), ends, retries: await finishRest(first, user) }
}

/** When 95 of 100 were read back as done: those that nothing proves take their whole deadline. */
async function readProven(id: string, startedMs: number): Promise<number> {
  const text = `SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY "endedAt") AS at FROM "Step" WHERE "operationId" = $1`
  return (await database().pool.query<{ at: Date }>(text, [id])).rows[0]!.at.getTime() - startedMs
}

/** "Retry the failed" until every node is done, with those that are unknown named. Gives how often it took. */
async function finishRest(first: Ended, user: SignedInUser): Promise<number> {
  let retries = 0
  for (let last = first; last.state !== 'succeeded'; retries++) {
    const { id } = await retryOperation(user, last.id, { states: ['failed', 'not-applied', 'unknown', 'aborted'] }, null)
    last = await ended(id, 300_000)
  }
  return retries
}

async function cyclePeer(rack: Rack, cycle: () => Promise<void>): Promise<Cycle> {
  await settled(rack)
  const before = rack.nodes.map((node) => node.commands.length)
  const startedMs = Date.now()
  await cycle()
  const wholeMs = Date.now() - startedMs
  await sleep(100)
  const { most, missed, lastAtMs } = toCounts(rack, before)
  return { lastMs: lastAtMs - startedMs, wholeMs, most, missed, ends: new Map(), retries: 0 }
}

async function cycleByIpmipower(hosts: string): Promise<void> {
  await run('ipmipower', ['-D', 'LAN_2_0', '-I', '3', '-h', hosts, '-u', 'admin', '-p', 'secret', '--cycle'], { maxBuffer: 16 * 1024 * 1024 })
}

function report(name: string, ours: readonly Cycle[], peers: ReadonlyMap<string, readonly Cycle[]>): void {
  const last = (cycles: readonly Cycle[]) => median(cycles.map((cycle) => cycle.lastMs))
  for (const [peer, cycles] of peers) {
    const ratio = last(ours) / last(cycles)
    console.log(`${name} ${last(ours)}ms ${peer} ${last(cycles)}ms ${ratio.toFixed(2)} <=${goal.toFixed(2)} ${ratio <= goal ? 'met' : 'short'}`)
  }
  const each = (cycles: readonly Cycle[]) => cycles.map(({ lastMs, wholeMs, most, missed }) => `${lastMs} (${wholeMs}, <=${most} a node, ${missed} missed)`).join('; ')
  const states = ours.map(({ ends, provenMs, retries }) => `${[...ends].map(([end, n]) => `${n} ${end}`).join(' ')}, 95 % by ${provenMs}, ${retries} retries`).join('; ')
  console.error(`load average ${loadavg()[0]!.toFixed(1)}\nours ${each(ours)}\n  ${states}`)
  for (const [peer, cycles] of peers) console.error(`${peer} ${each(cycles)}`)
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error)
  console.error(text.includes('ENOENT') ? 'ipmipower is missing: apt-get install freeipmi-tools' : text)
  process.exitCode = 1
})
