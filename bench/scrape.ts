import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { NodeLine } from '#lib/api/nodes-contract.ts'
import type { InventoryAnswer, OperationCreate, SensorList } from '#lib/api/contract.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { freePort, startProduct, type Product } from '../e2e/product.ts'
import { median, startRackProcess } from './rack-process.ts'
import { fail, printRatio, printRounds } from './report.ts'

/**
 * Fresh sweeps of many BMCs' sensors asked over HTTP: the whole product by its API against prometheus-ipmi-exporter, in turn against the same
 * simulator process. Ours is one operation that reads the sensors of all nodes now, looked at until it has ended, and then the readings of
 * each node; `each`: an operation for each node. The exporter runs ipmimonitoring for each request.
 */
const goal = 0.15
const credentials = { username: 'admin', password: 'secret' }
/** Requests that are open at once, on both sides; the conductor sweeps as many nodes at once. */
const atOnce = 64
const lookEveryMs = 50

type Sweep = { readonly ms: number; readonly sensors: number }
type Ask = <T>(method: 'GET' | 'POST', path: string, body?: unknown) => Promise<T>

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string', default: '250' },
      sensors: { type: 'string', default: '150' },
      latency: { type: 'string', default: '10' },
      net: { type: 'string', default: '61' },
      rounds: { type: 'string', default: '5' },
    },
  })
  const [count, sensors, net, rounds] = [Number(values.nodes), Number(values.sensors), Number(values.net), Number(values.rounds)]
  const rack = await startRackProcess(count, net, ['--latency', values.latency, '--sensors', values.sensors])
  let exporter: Exporter | undefined
  let product: Product | undefined
  try {
    exporter = await startExporter()
    product = await startProduct({ env: { BMC_NETWORKS: '127.0.0.0/8' } })
    const ask = toAsk(product)
    const names = await addNodes(ask, rack.hosts)
    await firstReadings(ask, names)
    const took = { ours: [] as number[], each: [] as number[], peer: [] as number[] }
    // In the first round the exporter reads the SDRs, and ours compiles its code.
    for (let round = 0; round <= rounds; round++) {
      const ms = {
        ours: demandAll('ours', await sweepByOne(ask, names), count * sensors),
        peer: demandAll('the exporter', await sweepPeer(exporter, rack.hosts), count * sensors),
        each: demandAll('ours, each', await sweepEach(ask, names), count * sensors),
      }
      if (round > 0) for (const who of ['ours', 'each', 'peer'] as const) took[who].push(ms[who])
    }
    const name = `scrape-${count}x${sensors}`
    printRatio(name, median(took.ours), median(took.peer), goal)
    printRatio(`${name}-each`, median(took.each), median(took.peer), goal)
    printRounds(name, took)
  } finally {
    await product?.stop()
    exporter?.stop()
    rack.stop()
  }
}

/** The API as a script asks it, with a token. */
function toAsk({ url, dataDir }: Product): Ask {
  const token = execFileSync(process.execPath, ['--import', 'tsx', 'token.ts', '--name', 'bench', '--role', 'admin'], { env: { ...process.env, DATA_DIR: dataDir }, encoding: 'utf8' }).trim()
  return async <T>(method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
}

async function addNodes(ask: Ask, hosts: readonly string[]): Promise<string[]> {
  const nodes = hosts.map((address, i): NodeLine => ({ name: `n${i + 1}`, bmc: { address, protocol: 'ipmi', ...credentials } }))
  await ask('POST', '/api/node-imports', { nodes })
  return nodes.map(({ name }) => name)
}

/** A conductor that has just begun reads every sensor record and every part: that is not what is measured. */
async function firstReadings(ask: Ask, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const isRead = async () => (await readSensors(ask, name)).sensors.length > 0 && (await ask<InventoryAnswer>('GET', `/api/nodes/${name}/inventory`)).inventory !== null
    while (!(await isRead())) await delay(1_000)
  }
}

const readSensors = (ask: Ask, name: string) => ask<SensorList>('GET', `/api/nodes/${name}/sensors`)

async function sweepByOne(ask: Ask, names: readonly string[]): Promise<Sweep> {
  const startedMs = Date.now()
  await refresh(ask, names)
  return toSweep(startedMs, await forEach(names, (name) => readSensors(ask, name)))
}

async function sweepEach(ask: Ask, names: readonly string[]): Promise<Sweep> {
  const startedMs = Date.now()
  const readFresh = async (name: string) => {
    await refresh(ask, [name])
    return readSensors(ask, name)
  }
  return toSweep(startedMs, await forEach(names, readFresh))
}

/** Counts what was read since then. */
function toSweep(startedMs: number, lists: readonly SensorList[]): Sweep {
  const ms = Date.now() - startedMs
  return { ms, sensors: lists.flatMap((list) => list.sensors).filter(({ at }) => Date.parse(at) >= startedMs).length }
}

/** Has the sensors of these nodes read now, and waits until they are. */
async function refresh(ask: Ask, nodes: readonly string[]): Promise<void> {
  const request: OperationCreate = { kind: 'refresh', action: 'RefreshSensors', nodes: [...nodes] }
  const { id } = await ask<{ id: string }>('POST', '/api/operations', request)
  for (;;) {
    const { state } = await ask<Operation>('GET', `/api/operations/${id}`)
    if (state === 'succeeded') return
    if (state !== 'running') throw new Error(`the operation ended as ${state}`)
    await delay(lookEveryMs)
  }
}

type Exporter = { readonly url: string; stop: () => void }

/** prometheus-ipmi-exporter with the one collector that reads sensors, and the cache of its SDRs in a folder of its own. */
async function startExporter(): Promise<Exporter> {
  const folder = mkdtempSync(join(tmpdir(), 'baseboard-exporter-'))
  const config = { modules: { remote: { user: credentials.username, pass: credentials.password, driver: 'LAN_2_0', privilege: 'user', timeout: 60_000, collectors: ['ipmi'] } } }
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config))
  const url = `http://127.0.0.1:${await freePort()}`
  const args = [`--config.file=${join(folder, 'config.yml')}`, `--web.listen-address=${new URL(url).host}`, '--log.level=error']
  const child: ChildProcess = spawn('prometheus-ipmi-exporter', args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, HOME: folder } })
  const missing = new Promise<never>((_, no) => child.once('error', () => no(new Error('prometheus-ipmi-exporter is missing: apt-get install prometheus-ipmi-exporter freeipmi-tools'))))
  const isThere = async () => {
    while (!(await fetch(url).then(({ ok }) => ok, () => false))) await delay(100)
  }
  await Promise.race([isThere(), missing])
  return {
    url,
    stop() {
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function sweepPeer({ url }: Exporter, hosts: readonly string[]): Promise<Sweep> {
  const startedMs = Date.now()
  const texts = await forEach(hosts, async (host) => (await fetch(`${url}/ipmi?target=${host}&module=remote`)).text())
  const ms = Date.now() - startedMs
  // Each sensor has one line of its state, whether it has a number or none.
  return { ms, sensors: texts.reduce((sum, text) => sum + (text.match(/^ipmi_\w+_state\{id="/gm)?.length ?? 0), 0) }
}

/** Does it with every one of these, a fixed number at once. */
async function forEach<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const rest = all.entries()
  const worker = async () => {
    for (const [i, one] of rest) results[i] = await work(one)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

/** The time of a sweep that has them all. */
function demandAll(who: string, { ms, sensors }: Sweep, expected: number): number {
  if (sensors !== expected) throw new Error(`${who}: ${sensors} of ${expected} sensors`)
  return ms
}

main().catch(fail)
