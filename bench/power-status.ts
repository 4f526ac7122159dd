import { execFile } from 'node:child_process'
import { parseArgs, promisify } from 'node:util'
import { getChassisStatus } from '#lib/ipmi/commands/chassis.ts'
import { openSession } from '#lib/ipmi/connect.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import { median, startRackProcess, toHostRanges } from './rack-process.ts'

/**
 * Scenario 1 of the benchmarks: the power state of many BMCs, cold, each with its login: our engine against FreeIPMI's
 * ipmipower, in turn against the same simulator process. A run in which either misses a node fails.
 */
const goal = 1
const rounds = 5
const credentials = { username: 'admin', password: 'secret' }
const run = promisify(execFile)

type Sweep = { readonly ms: number; readonly cpuMs: number; readonly on: number; readonly problems: readonly string[] }

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { nodes: { type: 'string', default: '1000' }, latency: { type: 'string', default: '10' }, net: { type: 'string', default: '81' } },
  })
  const count = Number(values.nodes)
  const firstNetwork = Number(values.net)
  const rack = await startRackProcess(count, firstNetwork, ['--latency', values.latency])
  try {
    const { hosts } = rack
    const ours: Sweep[] = []
    const peers: Sweep[] = []
    // Once each before the clock: the answers, and the code is compiled and paged in.
    check('ours', await sweepOurs(hosts), count)
    check('ipmipower', await sweepPeer(count, firstNetwork), count)
    for (let round = 0; round < rounds; round++) {
      ours.push(check('ours', await sweepOurs(hosts), count))
      peers.push(check('ipmipower', await sweepPeer(count, firstNetwork), count))
    }
    report(`power-status-${count}`, ours, peers)
  } finally {
    rack.stop()
  }
}

async function sweepOurs(hosts: readonly string[]): Promise<Sweep> {
  const sessions: IpmiSession[] = []
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const results = await Promise.allSettled(
    hosts.map(async (host) => {
      const session = await openSession({ host, ...credentials, cipherSuites: [3] })
      sessions.push(session)
      return (await session.send(getChassisStatus, undefined)).isPowerOn
    }),
  )
  const ms = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpuBefore)
  await Promise.all(sessions.map((session) => session.close()))
  return {
    ms,
    cpuMs: (user + system) / 1000,
    on: results.filter((result) => result.status === 'fulfilled' && result.value).length,
    problems: results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : [])),
  }
}

async function sweepPeer(count: number, firstNetwork: number): Promise<Sweep> {
  const host = toHostRanges(count, firstNetwork)
  const args = ['-D', 'LAN_2_0', '-I', '3', '-h', host, '-u', credentials.username, '-p', credentials.password, '--stat']
  const startedAt = performance.now()
  const { stdout } = await run('ipmipower', args, { maxBuffer: 16 * 1024 * 1024 })
  const ms = performance.now() - startedAt
  const lines = stdout.trim().split('\n')
  const isOn = (line: string) => line.endsWith(': on')
  return { ms, cpuMs: Number.NaN, on: lines.filter(isOn).length, problems: lines.filter((line) => !isOn(line)) }
}

function check(name: string, sweep: Sweep, count: number): Sweep {
  if (sweep.on !== count) throw new Error(`${name}: ${sweep.on} of ${count} nodes are on; ${sweep.problems[0] ?? 'no reason given'}`)
  return sweep
}

function report(name: string, ours: readonly Sweep[], peers: readonly Sweep[]): void {
  const our = median(ours.map((sweep) => sweep.ms))
  const peer = median(peers.map((sweep) => sweep.ms))
  const ratio = our / peer
  console.log(`${name} ${our.toFixed(0)}ms ${peer.toFixed(0)}ms ${ratio.toFixed(2)} <=${goal.toFixed(2)} ${ratio <= goal ? 'met' : 'short'}`)
  const each = (sweeps: readonly Sweep[]) => sweeps.map((sweep) => sweep.ms.toFixed(0)).join(' ')
  console.error(`ours ${each(ours)}, ${median(ours.map((sweep) => sweep.cpuMs)).toFixed(0)} ms of CPU; ipmipower ${each(peers)}`)
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error)
  console.error(text.includes('ENOENT') ? 'ipmipower is missing: apt-get install freeipmi-tools' : text)
  process.exitCode = 1
})
