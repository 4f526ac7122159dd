import { execFile, spawn } from 'node:child_process'
import { parseArgs, promisify } from 'node:util'
import type { Bmc } from '#lib/bmc/bmc.ts'
import { openBmc } from '#lib/bmc/open.ts'
import type { BmcTarget } from '#lib/bmc/target.ts'
import { mapBounded } from '#lib/redfish/map-bounded.ts'
import { createRedfishMemory, type KnownService } from '#lib/redfish/memory.ts'
import { openRedfish } from '#lib/redfish/session.ts'
import { readSystems } from '#lib/redfish/tree.ts'
import { median, startRackProcess } from './rack-process.ts'

/**
 * Scenario 8 of the benchmarks: the power state of many Redfish BMCs. First sweep: sign in and read, with nothing known but the certificate;
 * second sweep: read again by the kept session; known sweep: sign in and read where an earlier conversation has left its memory, as a conductor
 * that starts anew has it. Against curl, which is given the one address of each BMC that has the answer, and redfishtool. In turn, same
 * simulator.
 */
const goals = { first: 2, second: 0.5, redfishtool: 1 / 50 }
const rounds = 5
const credentials = { username: 'admin', password: 'secret' }
const run = promisify(execFile)
/** As many as the conductor reads at once; curl allows 300 at most. */
const parallel = 256
const parallelOfTool = 16

type Node = { readonly host: string; readonly known: KnownService }
const kinds = ['first', 'second', 'known', 'curl'] as const
type Kind = (typeof kinds)[number]
type Sweep = { readonly ms: number; readonly cpuMs: number; readonly on: number; readonly problem?: string }

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string', default: '1000' },
      latency: { type: 'string', default: '50' },
      net: { type: 'string', default: '91' },
      sample: { type: 'string', default: '64' },
    },
  })
  const count = Number(values.nodes)
  const rack = await startRackProcess(count, Number(values.net), ['--protocol', 'redfish', '--latency', values.latency])
  try {
    const nodes = await mapBounded(rack.hosts, lookUp, 32)
    const sweeps: Record<Kind, Sweep[]> = { first: [], second: [], known: [], curl: [] }
    // The first round is the check and the warming up.
    for (let round = 0; round <= rounds; round++) {
      const done = await sweepAll(nodes)
      for (const kind of kinds) {
        check(kind, done[kind], count)
        if (round > 0) sweeps[kind].push(done[kind])
      }
    }
    const sample = nodes.slice(0, Number(values.sample))
    const tool = check('redfishtool', await sweepRedfishtool(sample), sample.length)
    const curl = toMedian(sweeps.curl)
    report(`redfish-state-first-${count}`, 'curl', toMedian(sweeps.first), curl, goals.first)
    report(`redfish-state-known-${count}`, 'curl', toMedian(sweeps.known), curl, goals.first)
    report(`redfish-state-second-${count}`, 'curl', toMedian(sweeps.second), curl, goals.second)
    report('redfish-state-first-per-node', 'redfishtool', toMedian(sweeps.first) / count, tool.ms / sample.length, goals.redfishtool)
    report('redfish-state-known-per-node', 'redfishtool', toMedian(sweeps.known) / count, tool.ms / sample.length, goals.redfishtool)
    const each = (kind: Kind) => `${kind} ${sweeps[kind].map(({ ms }) => ms.toFixed(0)).join(' ')} (CPU ${median(sweeps[kind].map(({ cpuMs }) => cpuMs)).toFixed(0)})`
    console.error(`${kinds.map(each).join(', ')}; CPU in ms`)
  } finally {
    rack.stop()
  }
}

const toMedian = (sweeps: readonly Sweep[]) => median(sweeps.map(({ ms }) => ms))

async function sweepAll(nodes: readonly Node[]): Promise<Record<Kind, Sweep>> {
  const bmcs: Bmc[] = []
  const first = await sweepAnew(nodes, ({ known }) => ({ pin: known.certificate }), bmcs)
  const second = await readAll(bmcs)
  await closeAll(bmcs)
  const known = await sweepAnew(nodes, (node) => ({ pin: node.known.certificate, redfishMemory: createRedfishMemory(node) }), bmcs)
  await closeAll(bmcs)
  return { first, second, known, curl: await sweepCurl(nodes) }
}

const closeAll = (bmcs: Bmc[]) => mapBounded(bmcs.splice(0), (bmc) => bmc.close(), parallel)

/**
 * What an earlier conversation has found out: the certificate, which is all that the first sweep knows; the service root and where the power
 * state stands, which curl and redfishtool are told as well.
 */
async function lookUp(host: string): Promise<Node> {
  const session = await openRedfish({ host, port: 443, ...credentials })
  try {
    const system = (await readSystems(session)).host?.path
    if (system === undefined || session.fingerprint === undefined) throw new Error(`${host} has no system`)
    return { host, known: { certificate: session.fingerprint, root: session.root, host: system } }
  } finally {
    await session.close()
  }
}

async function clocked(work: () => Promise<number>): Promise<Sweep> {
  const before = process.cpuUsage()
  const startedAt = performance.now()
  const on = await work()
  const ms = performance.now() - startedAt
  const { user, system } = process.cpuUsage(before)
  return { ms, cpuMs: (user + system) / 1000, on }
}

function sweepAnew(nodes: readonly Node[], toKnown: (node: Node) => Pick<BmcTarget, 'pin' | 'redfishMemory'>, bmcs: Bmc[]): Promise<Sweep> {
  return clocked(async () => {
    const readOne = async (node: Node) => {
      const { host } = node
      const bmc = await openBmc('redfish', { address: host, ip: host, port: 443, ...credentials, ...toKnown(node) })
      bmcs.push(bmc)
      return (await bmc.readPower()).state
    }
    const states = await mapBounded(nodes, readOne, parallel)
    return states.filter((state) => state === 'on').length
  })
}

function readAll(bmcs: readonly Bmc[]): Promise<Sweep> {
  return clocked(async () => {
    const readings = await mapBounded(bmcs, (bmc) => bmc.readPower(), parallel)
    return readings.filter(({ state }) => state === 'on').length
  })
}

/** One process for all, the password with each request, the certificate unchecked. CPU is of the whole process. */
async function sweepCurl(nodes: readonly Node[]): Promise<Sweep> {
  const config = nodes.map(({ host, known }) => `url = "https://${host}${known.host}"\n`).join('')
  const user = `${credentials.username}:${credentials.password}`
  const args = ['-sk', '-u', user, '--parallel', '--parallel-immediate', '--parallel-max', String(parallel), '-w', '\n', '-K', '-']
  const startedAt = performance.now()
  const child = spawn('bash', ['-c', 'TIMEFORMAT="%U %S"; time curl "$@"', 'curl', ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(config)
  const [output, times] = await Promise.all([readText(child.stdout), readText(child.stderr)])
  const ms = performance.now() - startedAt
  const cpuMs = times.trim().split(/\s+/).slice(-2).reduce((sum, seconds) => sum + Number(seconds) * 1000, 0)
  return { ms, cpuMs, on: countOn(output), problem: times.trim() }
}

/** One process per node, as the tool is made; sixteen at a time. */
async function sweepRedfishtool(nodes: readonly Node[]): Promise<Sweep> {
  const { username, password } = credentials
  let problem = ''
  async function countOne({ host, known }: Node): Promise<number> {
    const args = ['-r', host, '-u', username, '-p', password, '-S', 'Always', 'Systems', '-L', known.host]
    try {
      return countOn((await run('redfishtool', args)).stdout)
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error)
      return 0
    }
  }
  const startedAt = performance.now()
  const counts = await mapBounded(nodes, countOne, parallelOfTool)
  return { ms: performance.now() - startedAt, cpuMs: Number.NaN, on: counts.reduce((sum, one) => sum + one, 0), problem }
}

const countOn = (text: string) => text.match(/"PowerState":\s*"On"/g)?.length ?? 0

async function readText(stream: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

function check(name: string, sweep: Sweep, count: number): Sweep {
  if (sweep.on !== count) throw new Error(`${name}: ${sweep.on} of ${count} nodes are on; ${sweep.problem ?? 'no reason given'}`)
  return sweep
}

function report(name: string, peer: string, our: number, theirs: number, goal: number): void {
  const ratio = our / theirs
  console.log(`${name} ${our.toFixed(1)}ms ${peer} ${theirs.toFixed(1)}ms ${ratio.toFixed(3)} <=${goal.toFixed(2)} ${ratio <= goal ? 'met' : 'short'}`)
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error)
  console.error(text.includes('ENOENT') ? `a peer is missing: apt-get install curl redfishtool (${text})` : text)
  process.exitCode = 1
})
