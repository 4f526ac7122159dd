import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { openConsole } from '#lib/bmc/console.ts'
import type { NodeDescription } from '#simulator/node.ts'
import { startConsoleSite, startSimulator } from './console-site.ts'

/**
 * From a keystroke to its echo: browser's WebSocket, web's relay, the conductor's hub and our SOL client, against the SOL client
 * alone, in turn on two equal nodes of one simulator process. What the first has more is what the relay and the hub cost.
 */
const goalMs = 3
const rounds = 5
const keysPerRound = 300
const keysToWarmUp = 300
const echoWithinMs = 10_000
/** Of the same make: they come in turn, ten of them. */
const [ourName, peerName] = ['n1', 'n11']

/** A console at a login prompt. `answered` resolves once the host has printed this text after what was typed last. */
type Terminal = { type: (text: string) => void; answered: (text: string) => Promise<void>; close: () => Promise<void> | void }

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { latency: { type: 'string', default: '0' } } })
  const simulator = await startSimulator(['--nodes', '11', '--personas', 'healthy', '--protocol', 'ipmi', '--latency', values.latency])
  try {
    const site = await startConsoleSite(simulator.rack, [ourName])
    try {
      await compare(await openOurs(site), await openPeer(simulator.rack.nodes.find((node) => node.name === peerName)!))
    } finally {
      await site.close()
    }
  } finally {
    simulator.close()
  }
}

async function compare(ours: Terminal, peer: Terminal): Promise<void> {
  const our: number[][] = []
  const their: number[][] = []
  for (const terminal of [ours, peer]) {
    const isThere = terminal.answered('login: ')
    terminal.type('\r')
    await isThere
    await typeKeys(terminal, keysToWarmUp)
  }
  for (let round = 0; round < rounds; round++) {
    our.push(await typeKeys(ours, keysPerRound))
    their.push(await typeKeys(peer, keysPerRound))
  }
  await ours.close()
  await peer.close()
  report(our, their)
}

/** Milliseconds to the echo of each key. In between each is erased, unmeasured, for the line is never sent. */
async function typeKeys(terminal: Terminal, count: number): Promise<number[]> {
  const times: number[] = []
  for (let key = 0; key < count; key++) {
    const letter = String.fromCharCode(97 + (key % 26))
    const startedAt = performance.now()
    const echo = terminal.answered(letter)
    terminal.type(letter)
    await echo
    times.push(performance.now() - startedAt)
    const erased = terminal.answered('\b \b')
    terminal.type('\x7f')
    await erased
  }
  return times
}

/** Waits for a text in what comes in pieces. */
function createListener(): { hear: (bytes: Buffer) => void; answered: Terminal['answered'] } {
  let heard = ''
  let look = () => {}
  return {
    hear(bytes) {
      heard += bytes.toString('latin1')
      look()
    },
    answered(text) {
      heard = ''
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${JSON.stringify(text)} was not echoed`)), echoWithinMs)
        look = () => {
          if (!heard.includes(text)) return
          clearTimeout(late)
          look = () => {}
          resolve()
        }
      })
    },
  }
}

async function openOurs(site: Awaited<ReturnType<typeof startConsoleSite>>): Promise<Terminal> {
  const browser = await site.open(ourName)
  const { hear, answered } = createListener()
  browser.line.on('message', (data: Buffer, isBinary: boolean) => isBinary && hear(data))
  return { type: browser.type, answered, close: () => browser.line.close() }
}

async function openPeer({ address, ports, username, password }: NodeDescription): Promise<Terminal> {
  const { hear, answered } = createListener()
  const line = await openConsole(
    { address, ip: address, port: ports.ipmi!, username, password, pin: null },
    { onBytes: hear, onEnd: ({ text }) => console.error(text) },
  )
  // A failed write shows as an echo that never comes.
  return { type: (text) => void line.write(Buffer.from(text)).catch(() => {}), answered, close: line.close }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

function report(our: readonly number[][], their: readonly number[][]): void {
  const medianOfRounds = (times: readonly number[][]) => quantile(times.map((round) => quantile(round, 0.5)), 0.5)
  const show = (times: readonly number[][]) => `${medianOfRounds(times).toFixed(2)}ms(p99:${quantile(times.flat(), 0.99).toFixed(2)}ms)`
  const added = medianOfRounds(our) - medianOfRounds(their)
  const verdict = added <= goalMs ? 'met' : 'short'
  console.log(`console-echo ${show(our)} ${show(their)} ${added.toFixed(2)}ms <=${goalMs.toFixed(2)}ms ${verdict}`)
  const each = (times: readonly number[][]) => times.map((round) => quantile(round, 0.5).toFixed(2)).join(' ')
  console.error(`ours ${each(our)}; SOL alone ${each(their)}; load ${loadavg()[0]!.toFixed(1)}`)
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
