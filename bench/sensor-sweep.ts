import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openSession } from '#lib/ipmi/connect.ts'
import { decodeSdrs, type SdrRecord } from '#lib/ipmi/sdr/record.ts'
import { readSdrRepository, type SdrRepository } from '#lib/ipmi/sdr/repository.ts'
import { readSensors, type ThresholdCache } from '#lib/ipmi/sensor/read.ts'
import { runMeasured } from './measured-run.ts'
import { median, startRackProcess, toHostRanges } from './rack-process.ts'
import { fail, printRatio, printRounds } from './report.ts'

/**
 * All sensors of many BMCs with their SDRs known, each BMC with its login: our engine against ipmi-sensors with 64 and with 256 at once, in
 * turn against the same simulator process. Both look whether the SDRs have changed. What both say of every sensor is compared first.
 */
const credentials = { username: 'admin', password: 'secret' }
const goals = { wall: 0.2, cpu: 0.4 }

/** What outlives a sweep of one BMC. */
type Known = { sdr?: SdrRepository; records?: readonly SdrRecord[]; readonly thresholds: ThresholdCache }
/** By host and name of the sensor; undefined for one without a number. */
type Values = ReadonlyMap<string, number | undefined>
type Sweep = { readonly ms: number; readonly cpuMs: number; readonly values: Values }

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      nodes: { type: 'string', default: '1000' },
      sensors: { type: 'string', default: '150' },
      latency: { type: 'string', default: '10' },
      net: { type: 'string', default: '81' },
      rounds: { type: 'string', default: '5' },
      fanout: { type: 'string', default: '64,256' },
    },
  })
  const [count, sensors, net, rounds] = [Number(options.nodes), Number(options.sensors), Number(options.net), Number(options.rounds)]
  const rack = await startRackProcess(count, net, ['--latency', options.latency, '--sensors', options.sensors])
  const cache = mkdtempSync(join(tmpdir(), 'baseboard-sdr-'))
  try {
    const known = new Map<string, Known>(rack.hosts.map((host) => [host, { thresholds: new Map() }]))
    const ours = () => sweepOurs(rack.hosts, known)
    await ours()
    for (const fanout of options.fanout.split(',')) {
      const peer = () => sweepPeer(toHostRanges(count, net), fanout, cache)
      // ipmi-sensors reads the SDRs in this round, and both sides' answers are looked at.
      await peer()
      compare(await ours(), await peer(), count * sensors)
      const sweeps: { ours: Sweep[]; peers: Sweep[] } = { ours: [], peers: [] }
      for (let round = 0; round < rounds; round++) {
        sweeps.ours.push(demandAll('ours', await ours(), count * sensors))
        sweeps.peers.push(demandAll('ipmi-sensors', await peer(), count * sensors))
      }
      report(`sensor-sweep-${count}x${sensors}-F${fanout}`, sweeps.ours, sweeps.peers)
    }
  } finally {
    rack.stop()
    rmSync(cache, { recursive: true, force: true })
  }
}

async function sweepOurs(hosts: readonly string[], known: ReadonlyMap<string, Known>): Promise<Sweep> {
  const values = new Map<string, number | undefined>()
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  await Promise.all(hosts.map((host) => sweepOne(host, known.get(host)!, values)))
  const ms = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpuBefore)
  return { ms, cpuMs: (user + system) / 1_000, values }
}

async function sweepOne(host: string, known: Known, values: Map<string, number | undefined>): Promise<void> {
  const session = await openSession({ host, ...credentials, cipherSuites: [3] })
  try {
    const sdr = await readSdrRepository(session, known.sdr && { cached: known.sdr })
    if (sdr !== known.sdr) Object.assign(known, { sdr, records: decodeSdrs(sdr.raw).records })
    for (const { name, value } of await readSensors(session, known.records!, { thresholds: known.thresholds })) values.set(`${host} ${name}`, value)
  } finally {
    await session.close()
  }
}

async function sweepPeer(ranges: string, fanout: string, cache: string): Promise<Sweep> {
  const login = ['-D', 'LAN_2_0', '-I', '3', '-h', ranges, '-u', credentials.username, '-p', credentials.password]
  const output = ['--quiet-cache', `--sdr-cache-directory=${cache}`, '--no-header-output', '--comma-separated-output', '--always-prefix']
  const { lines, ms, cpuMs } = await runMeasured('ipmi-sensors', [...login, '-F', fanout, ...output])
  return { ms, cpuMs, values: new Map(lines.flatMap(({ text }) => toEntry(text))) }
}

/** `127.0.81.1: 1,CPU1 Temp,Temperature,48.00,C,'OK'`. */
function toEntry(line: string): [string, number | undefined][] {
  const [, host, rest] = /^(\S+): (.*)$/.exec(line) ?? []
  if (host === undefined || rest === undefined) return []
  const [, name, , reading] = rest.split(',')
  return [[`${host} ${name}`, reading === 'N/A' ? undefined : Number(reading)]]
}

function demandAll(who: string, sweep: Sweep, expected: number): Sweep {
  if (sweep.values.size !== expected) throw new Error(`${who}: ${sweep.values.size} of ${expected} sensors`)
  return sweep
}

/** Readings drift between the two sweeps; most are the same, none is another sensor's, and both lack the same numbers. */
function compare(ours: Sweep, peers: Sweep, expected: number): void {
  demandAll('ours', ours, expected)
  demandAll('ipmi-sensors', peers, expected)
  let far = 0
  for (const [key, value] of ours.values) {
    if (!peers.values.has(key)) throw new Error(`ipmi-sensors has no ${key}`)
    const theirs = peers.values.get(key)
    if ((value === undefined) !== (theirs === undefined)) throw new Error(`${key}: ${value} and ${theirs}`)
    if (value !== undefined && Math.abs(value - theirs!) > 0.2 * Math.max(Math.abs(value), Math.abs(theirs!), 10)) far++
  }
  if (far > expected / 100) throw new Error(`${far} of ${expected} readings are more than a fifth apart`)
  console.error(`${expected} sensors: the same names on both sides, ${far} readings more than a fifth apart`)
}

function report(name: string, ours: readonly Sweep[], peers: readonly Sweep[]): void {
  const pick = (sweeps: readonly Sweep[], what: 'ms' | 'cpuMs') => sweeps.map((sweep) => sweep[what])
  printRatio(`${name}-wall`, median(pick(ours, 'ms')), median(pick(peers, 'ms')), goals.wall)
  printRatio(`${name}-cpu`, median(pick(ours, 'cpuMs')), median(pick(peers, 'cpuMs')), goals.cpu)
  printRounds(name, { ours: pick(ours, 'ms'), 'our CPU': pick(ours, 'cpuMs'), peer: pick(peers, 'ms'), "peer's CPU": pick(peers, 'cpuMs') })
}

main().catch(fail)
