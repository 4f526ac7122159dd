import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openConsole } from '#lib/bmc/console.ts'
import { answersPing } from '#lib/bmc/ping.ts'
import type { BmcTarget } from '#lib/bmc/target.ts'
import { openHub, type Hub } from '#lib/console/hub.ts'
import { openStore } from '#lib/console/store.ts'
import { coldReset } from '#lib/ipmi/commands/app.ts'
import { openSession } from '#lib/ipmi/connect.ts'
import { readOurs, tally, type Tally } from './console-files.ts'
import { startConman, type Conman } from './conman-peer.ts'
import { median, startRackProcess } from './rack-process.ts'
import { fail, printRatio, printRounds } from './report.ts'

/**
 * Many serial consoles, each recorded to disk: ours (the hub with its screen and its files, over lib/ipmi) against conmand, one after the
 * other with the same simulator process. `stream`: numbered lines, none of which may be lost or doubled. `recovery`: all BMCs restart, and
 * what counts is when each console's lines are there again.
 */
const credentials = { username: 'admin', password: 'secret' }
const port = 623
const goals = { cpu: 0.7, recovery: 0.1 }

/** Consoles that are being recorded, by us or by the peer. */
type Recording = { readonly read: (index: number) => string; readonly stop: () => Promise<{ readonly cpuMs: number; readonly mb: number }> }

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', default: 'stream' },
      consoles: { type: 'string' },
      rate: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '40' },
      loss: { type: 'string', default: '0' },
      away: { type: 'string', default: '5' },
      rounds: { type: 'string' },
      net: { type: 'string', default: '81' },
    },
  })
  const isStream = values.scenario === 'stream'
  const count = Number(values.consoles ?? (isStream ? '500' : '20'))
  const rounds = Number(values.rounds ?? (isStream ? '1' : '3'))
  const rack = await startRackProcess(count, Number(values.net), ['--loss', values.loss, '--bmc-away', String(Number(values.away) * 1_000)])
  try {
    if (isStream) await compareStreams(rack.hosts, Number(values.rate), Number(values.seconds), rounds, values.loss)
    else await compareRecovery(rack.hosts, Number(values.away) * 1_000, rounds)
  } finally {
    rack.stop()
  }
}

async function compareStreams(hosts: readonly string[], rate: number, seconds: number, rounds: number, loss: string): Promise<void> {
  const results: Record<'ours' | 'conmand', { cpuMs: number; mb: number; total: Tally }[]> = { ours: [], conmand: [] }
  for (let round = 0; round < rounds; round++) {
    for (const [who, start] of [['ours', (all: readonly string[]) => startOurs(all, 'unwatched')], ['conmand', startPeer]] as const) {
      await startTickers(hosts, rate, seconds * 3)
      const recording = await start(hosts)
      await sleep(seconds * 1_000)
      const tallies = hosts.map((_, i) => tally(recording.read(i)))
      results[who].push({ ...(await recording.stop()), total: sum(tallies) })
      // Every host back at its prompt.
      await stopTickers(hosts)
    }
  }
  const name = `consoles-${hosts.length}-loss-${loss}`
  const of = (who: 'ours' | 'conmand', what: 'cpuMs' | 'mb') => median(results[who].map((each) => each[what]))
  printRatio(`${name}-cpu`, of('ours', 'cpuMs'), of('conmand', 'cpuMs'), goals.cpu)
  printRatio(`${name}-resident`, of('ours', 'mb'), of('conmand', 'mb'), 1, 'MB')
  for (const who of ['ours', 'conmand'] as const) {
    const total = sum(results[who].map((each) => each.total))
    const goal = who === 'ours' ? ` 0+0 ${total.lost + total.doubled === 0 ? 'met' : 'short'}` : ''
    console.log(`${name} ${who} lines:${total.lines} lost:${total.lost} doubled:${total.doubled}${goal}`)
  }
  printRounds(name, { 'our CPU': results.ours.map(({ cpuMs }) => cpuMs), "conmand's CPU": results.conmand.map(({ cpuMs }) => cpuMs) })
}

async function compareRecovery(hosts: readonly string[], awayMs: number, rounds: number): Promise<void> {
  const results: Record<'ours' | 'conmand', number[]> = { ours: [], conmand: [] }
  for (let round = 0; round < rounds; round++) {
    for (const [who, start] of [['ours', (all: readonly string[]) => startOurs(all, 'watched')], ['conmand', startPeer]] as const) {
      await startTickers(hosts, 200, 600)
      const recording = await start(hosts)
      await untilAll(hosts, (i) => tally(recording.read(i)).lines > 0)
      await Promise.all(hosts.map(restart))
      await sleep(awayMs)
      const backAt = performance.now()
      const seen = hosts.map((_, i) => tally(recording.read(i)).lines)
      await untilAll(hosts, (i) => tally(recording.read(i)).lines > seen[i]!)
      results[who].push(performance.now() - backAt)
      await recording.stop()
      await stopTickers(hosts)
    }
  }
  printRatio(`console-recovery-${hosts.length}`, median(results.ours), median(results.conmand), goals.recovery)
  printRounds('console-recovery', results)
}

async function startPeer(hosts: readonly string[]): Promise<Recording> {
  const conman: Conman = startConman(hosts)
  return conman
}

async function startOurs(hosts: readonly string[], by: 'watched' | 'unwatched'): Promise<Recording> {
  const folder = mkdtempSync(join(tmpdir(), 'baseboard-consoles-'))
  const cpuBefore = process.cpuUsage()
  const hubs = await Promise.all(hosts.map((host, i) => openOurs(host, join(folder, String(i)))))
  if (by === 'watched') hubs.forEach(watch)
  const read = (index: number) => readOurs(join(folder, String(index)))
  return {
    read,
    async stop() {
      await Promise.all(hubs.map((hub) => hub.close()))
      const { user, system } = process.cpuUsage(cpuBefore)
      rmSync(folder, { recursive: true, force: true })
      return { cpuMs: (user + system) / 1_000, mb: process.memoryUsage().rss / 2 ** 20 }
    },
  }
}

async function openOurs(host: string, folder: string): Promise<Hub> {
  mkdirSync(folder)
  const target: BmcTarget = { address: host, ip: host, port, ...credentials, pin: null }
  return openHub({
    node: host,
    open: (options) => openConsole(target, options),
    answers: (signal) => answersPing({ ip: host, port }, 1_000, signal),
    store: openStore(folder, () => undefined),
    capture: 'always',
    audit: async () => undefined,
    complain: console.error,
  })
}

/** Somebody looks at it, as at a console that matters: then it is tried again more often. */
function watch(hub: Hub): void {
  const watcher = { id: 'bench', name: 'bench', kind: 'person', sessionId: 'bench', ip: null, requestId: null } as const
  const taken = (_: unknown, sent: () => void) => setImmediate(sent)
  hub.join(watcher, 'watch', null, { sendBytes: taken, sendFrame: taken, waiting: () => 0, pause: () => undefined, resume: () => undefined, close: () => undefined })
}

async function typeOn(host: string, keys: readonly (readonly [keys: string, until: RegExp])[]): Promise<void> {
  let seen = ''
  const line = await openConsole({ address: host, ip: host, port, ...credentials, pin: null }, { onBytes: (bytes) => void (seen += bytes.toString('latin1')), onEnd: () => undefined, takeOver: true })
  try {
    for (const [text, until] of keys) {
      await line.write(Buffer.from(text))
      for (let waits = 0; !until.test(seen); waits++) {
        if (waits > 3_000) throw new Error(`${host}: no ${String(until)} after ${JSON.stringify(text)}, but ${JSON.stringify(seen.slice(-200))}`)
        await sleep(20)
      }
      seen = ''
    }
  } finally {
    await line.close()
  }
}

const startTickers = (hosts: readonly string[], rate: number, seconds: number) =>
  Promise.all(hosts.map((host) => typeOn(host, [['\r', /login: $|# $/], ['root\r', /Password: $|# $/], ['x\r', /# $/], [`ticker ${rate} ${seconds}\r`, /tick/]])))

const stopTickers = (hosts: readonly string[]) => Promise.all(hosts.map((host) => typeOn(host, [['\x03', /# $/]])))

async function restart(host: string): Promise<void> {
  const session = await openSession({ host, ...credentials })
  await session.send(coldReset, undefined, { timeoutMs: 1_000 }).catch(() => undefined)
  await session.close()
}

async function untilAll(hosts: readonly string[], is: (index: number) => boolean): Promise<void> {
  const missing = new Set(hosts.keys())
  while (missing.size > 0) {
    for (const index of missing) if (is(index)) missing.delete(index)
    if (missing.size > 0) await sleep(100)
  }
}

function sum(tallies: readonly Tally[]): Tally {
  const of = (what: keyof Tally) => tallies.reduce((total, each) => total + each[what], 0)
  return { lines: of('lines'), lost: of('lost'), doubled: of('doubled') }
}

main().catch(fail)
