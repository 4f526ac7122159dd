import { execFile, spawn } from 'node:child_process'
import { parseArgs, promisify } from 'node:util'
import type { Bmc } from '#lib/bmc/bmc.ts'
import { openBmc } from '#lib/bmc/open.ts'
import type { BmcTarget } from '#lib/bmc/target.ts'
import { mapBounded } from '#lib/redfish/map-bounded.ts'
import { openRedfish } from '#lib/redfish/session.ts'
import { readSystems } from '#lib/redfish/tree.ts'
import { median, startRackProcess } from './rack-process.ts'

/**
 * Scenario 8 of the benchmarks: the power state of many Redfish BMCs. First sweep: sign in and read; second sweep: read again by the kept
 * session. Against curl, which is given the one address of each BMC that has the answer, and redfishtool. In turn, same simulator.
 */
const goals = { first: 2, second: 0.5, redfishtool: 1 / 50 }
const rounds = 5
const credentials = { username: 'admin', password: 'secret' }
const run = promisify(execFile)
/** As many as the conductor reads at once; curl allows 300 at most. */
const parallel = 256
const parallelOfTool = 16

type Node = { readonly host: string; readonly systemPath: string; readonly pin: string }
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
    const first: Sweep[] = []
    const second: Sweep[] = []
    const curl: Sweep[] = []
    // The first round is the check and the warming up.
    for (let round = 0; round <= rounds; round++) {
      const bmcs: Bmc[] = []
      const sweeps = [await sweepFirst(nodes, bmcs), await readAll(bmcs), await sweepCurl(nodes)] as const
      sweeps.forEach((sweep, i) => check(['ours, first sweep', 'ours, second sweep', 'curl'][i]!, sweep, count))
      await mapBounded(bmcs, (bmc) => bmc.close(), parallel)
      if (round === 0) continue
      first.push(sweeps[0])
      second.push(sweeps[1])
      curl.push(sweeps[2])
    }
    const sample = nodes.slice(0, Number(values.sample))
    const tool = check('redfishtool', await sweepRedfishtool(sample), sample.length)
    report(`redfish-state-first-${count}`, 'curl', toMedian(first), toMedian(curl), goals.first)
    report(`redfish-state-second-${count}`, 'curl', toMedian(second), toMedian(curl), goals.second)
    report('redfish-state-per-node', 'redfishtool', toMedian(first) / count, tool.ms / sample.length, goals.redfishtool)
    const each = (sweeps: readonly Sweep[]) => `${sweeps.map(({ ms }) => ms.toFixed(0)).join(' ')} (CPU ${median(sweeps.map(({ cpuMs }) => cpuMs)).toFixed(0)})`
    console.error(`first ${each(first)}, second ${each(second)}, curl ${each(curl)}; CPU in ms`)
  } finally {
    rack.stop()
  }
}

const toMedian = (sweeps: readonly Sweep[]) => median(sweeps.map(({ ms }) => ms))

/** What a probe has found out long before: the certificate; and for curl, which cannot look for it, where the power state stands. */
async function lookUp(host: string): Promise<Node> {
  const session = await openRedfish({ host, port: 443, ...credentials })
  try {
    const system = (await readSystems(session)).host?.path
    if (system === undefined || session.fingerprint === undefined) throw new Error(`${host} has no system`)
    return { host, systemPath: system, pin: session.fingerprint }
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

function sweepFirst(nodes: readonly Node[], bmcs: Bmc[]): Promise<Sweep> {
  return clocked(async () => {
    const readOne = async ({ host, pin }: Node) => {
      const target: BmcTarget = { address: host, ip: host, port: 443, ...credentials, pin }
      const bmc = await openBmc('redfish', target)
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
  const config = nodes.map(({ host, systemPath }) => `url = "https://${host}${systemPath}"\n`).join('')
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
  async function countOne({ host, systemPath }: Node): Promise<number> {
    const args = ['-r', host, '-u', username, '-p', password, '-S', 'Always', 'Systems', '-L', systemPath]
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
