import { parseArgs } from 'node:util'
import { getChassisStatus } from '#lib/ipmi/commands/chassis.ts'
import { openSession } from '#lib/ipmi/connect.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import { runMeasured, type Run } from './measured-run.ts'
import { median, startRackProcess, toHostRanges } from './rack-process.ts'
import { fail, printRatio, printRounds } from './report.ts'

/**
 * The power state of many BMCs, cold, each with its login: our engine against FreeIPMI's ipmipower and 64 ipmitools, in turn against the same
 * simulator process; over sound links, with some BMCs dead, and over links that lose packets. A run in which either side misses a node
 * that lives fails.
 */
const credentials = { username: 'admin', password: 'secret' }

/** What one side saw of a sweep: `liveMs` is when the last node that lives had answered, `ms` when the last dead one was given up too. */
type Sweep = { readonly ms: number; readonly liveMs: number; readonly cpuMs: number; readonly on: number; readonly problem?: string | undefined }

type Site = { readonly hosts: readonly string[]; readonly ranges: string; readonly alive: number; readonly rounds: number }

type Scenario = {
  readonly rack: readonly string[]
  readonly deadShare?: number
  /** As many of a thousand may be missed, by either side. */
  readonly maybeMissed?: number
  readonly compare: (name: string, site: Site) => Promise<void>
}

const scenarios: Readonly<Record<string, Scenario>> = {
  sound: { rack: [], compare: (name, site) => compareSound(name, site, sweepByIpmipower, 0.9) },
  ipmitool: { rack: [], compare: (name, site) => compareSound(`${name}-ipmitool`, site, sweepByIpmitool, 1 / 20) },
  'dead-10': { rack: ['--dead', '0.1'], deadShare: 0.1, compare: compareWithDead },
  'dead-30': { rack: ['--dead', '0.3'], deadShare: 0.3, compare: compareWithDead },
  'loss-5': { rack: ['--loss', '0.05'], compare: (name, site) => compareSound(name, site, sweepByIpmipower, 1) },
  'loss-20': { rack: ['--loss', '0.2'], maybeMissed: 1, compare: (name, site) => compareSound(name, site, sweepByIpmipower, 1.2) },
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string', default: '1000' },
      latency: { type: 'string', default: '10' },
      net: { type: 'string', default: '81' },
      rounds: { type: 'string', default: '5' },
      scenarios: { type: 'string', default: Object.keys(scenarios).join(',') },
    },
  })
  const count = Number(values.nodes)
  const net = Number(values.net)
  for (const name of values.scenarios.split(',')) {
    const scenario = scenarios[name]
    if (scenario === undefined) throw new Error(`there is no scenario ${name}; those are ${Object.keys(scenarios).join(', ')}`)
    const rack = await startRackProcess(count, net, ['--latency', values.latency, ...scenario.rack])
    try {
      const alive = count - Math.floor(count * (scenario.deadShare ?? 0)) - Math.ceil((count * (scenario.maybeMissed ?? 0)) / 1_000)
      await scenario.compare(`power-status-${count}-${name}`, { hosts: rack.hosts, ranges: toHostRanges(count, net), alive, rounds: Number(values.rounds) })
    } finally {
      rack.stop()
    }
  }
}

type Peer = (site: Site) => Promise<Sweep>

async function compareSound(name: string, site: Site, sweepPeer: Peer, goal: number): Promise<void> {
  const ours: Sweep[] = []
  const peers: Sweep[] = []
  // The first round is the check and the warming up: the code is compiled and paged in.
  for (let round = 0; round <= site.rounds; round++) {
    const sessions: IpmiSession[] = []
    const our = check('ours', await sweepOurs(site.hosts, sessions), site)
    const peer = await demandWhole(sweepPeer, site)
    if (round === 0) continue
    ours.push(our)
    peers.push(peer)
  }
  printRatio(name, toMedian(ours, 'ms'), toMedian(peers, 'ms'), goal)
  printRounds(name, { ours: pick(ours, 'ms'), peer: pick(peers, 'ms'), 'our CPU': pick(ours, 'cpuMs'), "peer's CPU": pick(peers, 'cpuMs'), 'we saw': pick(ours, 'on'), 'peer saw': pick(peers, 'on') })
}

/** The second sweep asks by the sessions that the first left, and leaves out who did not answer then, as the conductor's breaker does. */
async function compareWithDead(name: string, site: Site): Promise<void> {
  const ours: Sweep[] = []
  const seconds: Sweep[] = []
  const peers: Sweep[] = []
  for (let round = 0; round <= site.rounds; round++) {
    const sessions: IpmiSession[] = []
    const our = check('ours', await sweepOurs(site.hosts, sessions, 'keep'), site)
    const second = check('ours, second sweep', await sweepKept(sessions), site)
    await Promise.all(sessions.map((session) => session.close()))
    const peer = await demandWhole(sweepByIpmipower, site)
    if (round === 0) continue
    ours.push(our)
    seconds.push(second)
    peers.push(peer)
  }
  printRatio(`${name}-live`, toMedian(ours, 'liveMs'), toMedian(peers, 'liveMs'), 1.1)
  printRatio(`${name}-final`, toMedian(ours, 'ms'), toMedian(peers, 'ms'), 0.25)
  printRatio(`${name}-second`, toMedian(seconds, 'ms'), toMedian(peers, 'ms'), 0.1)
  printRounds(name, { 'ours live': pick(ours, 'liveMs'), 'peer live': pick(peers, 'liveMs'), ours: pick(ours, 'ms'), peer: pick(peers, 'ms'), second: pick(seconds, 'ms') })
}

async function sweepOurs(hosts: readonly string[], sessions: IpmiSession[], afterwards: 'close' | 'keep' = 'close'): Promise<Sweep> {
  const sweep = await clocked(
    hosts.map((host) => async () => {
      const session = await openSession({ host, ...credentials, cipherSuites: [3] })
      sessions.push(session)
      return (await session.send(getChassisStatus, undefined)).isPowerOn
    }),
  )
  if (afterwards === 'close') await Promise.all(sessions.map((session) => session.close()))
  return sweep
}

const sweepKept = (sessions: readonly IpmiSession[]) => clocked(sessions.map((session) => async () => (await session.send(getChassisStatus, undefined)).isPowerOn))

async function clocked(asks: readonly (() => Promise<boolean>)[]): Promise<Sweep> {
  let liveMs = 0
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const results = await Promise.allSettled(
    asks.map(async (ask) => {
      const isOn = await ask()
      liveMs = performance.now() - startedAt
      return isOn
    }),
  )
  const ms = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpuBefore)
  const on = results.filter((result) => result.status === 'fulfilled' && result.value).length
  const problem = results.find((result) => result.status === 'rejected')?.reason as unknown
  return { ms, liveMs, cpuMs: (user + system) / 1_000, on, problem: problem === undefined ? undefined : String(problem) }
}

async function sweepByIpmipower({ ranges }: Site): Promise<Sweep> {
  return toSweep(await runMeasured('ipmipower', ['-D', 'LAN_2_0', '-I', '3', '-h', ranges, '-u', credentials.username, '-p', credentials.password, '--stat']), ': on')
}

async function sweepByIpmitool({ hosts }: Site): Promise<Sweep> {
  const each = ['ipmitool', '-I', 'lanplus', '-C', '3', '-H', '{}', '-U', credentials.username, '-P', credentials.password, 'chassis', 'power', 'status']
  return toSweep(await runMeasured('xargs', ['-P64', '-I{}', ...each], { input: hosts.join('\n') }), 'Chassis Power is on')
}

function toSweep({ lines, ms, cpuMs }: Run, ending: string): Sweep {
  const on = lines.filter(({ text }) => text.endsWith(ending))
  const problem = lines.find(({ text }) => !text.endsWith(ending))?.text
  return { ms, liveMs: on.at(-1)?.atMs ?? ms, cpuMs, on: on.length, problem }
}

const peersTries = 3

/** On a busy machine a tool may miss a node: it is given another try, so that the round compares whole answers, and this is said. */
async function demandWhole(sweepPeer: Peer, site: Site, tries = 1): Promise<Sweep> {
  const sweep = await sweepPeer(site)
  if (sweep.on >= site.alive || tries === peersTries) return check('the peer', sweep, site)
  console.error(`the peer saw ${sweep.on} of ${site.alive}; asked again`)
  return demandWhole(sweepPeer, site, tries + 1)
}

function check(name: string, sweep: Sweep, site: Site): Sweep {
  if (sweep.on < site.alive) throw new Error(`${name}: ${sweep.on} nodes are on, and ${site.alive} should be; ${sweep.problem ?? 'no reason given'}`)
  return sweep
}

const pick = (sweeps: readonly Sweep[], what: 'ms' | 'liveMs' | 'cpuMs' | 'on') => sweeps.map((sweep) => sweep[what])
const toMedian = (sweeps: readonly Sweep[], what: 'ms' | 'liveMs') => median(pick(sweeps, what))

main().catch(fail)
