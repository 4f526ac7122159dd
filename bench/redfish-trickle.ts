import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Bmc } from '#lib/bmc/bmc.ts'
import { openBmc } from '#lib/bmc/open.ts'
import { mapBounded } from '#lib/redfish/map-bounded.ts'
import { startRack } from '#simulator/rack.ts'
import { uniformRack } from '#simulator/rack-plan.ts'

/**
 * What BMCs that send one byte a second cost the others (checklist 15): the power of each is read again and again over kept sessions,
 * first while all are well, then while a share of them trickles. Prints the latency of those that are well in both cases, in turn.
 */
const { values } = parseArgs({
  options: { nodes: { type: 'string', default: '200' }, share: { type: 'string', default: '0.3' }, seconds: { type: 'string', default: '15' }, rounds: { type: 'string', default: '3' } },
})
const count = Number(values.nodes)
const everyMs = 1_000
const isSlow = (index: number) => Math.floor((index + 1) * Number(values.share)) > Math.floor(index * Number(values.share))

const rack = await startRack({ nodes: uniformRack(count, ['healthy'], ['redfish']) })
const bmcs = await mapBounded(rack.nodes, async (node) => {
  const { address, ports, username, password } = node.describe()
  return await openBmc('redfish', { address, ip: address, port: ports.redfish!, username, password, pin: null })
}, 16)

const latencies: Record<'without' | 'with', number[]> = { without: [], with: [] }
for (let round = 0; round <= Number(values.rounds); round++) {
  for (const which of ['without', 'with'] as const) {
    rack.nodes.forEach((node, index) => isSlow(index) && node.setFaults({ trickles: which === 'without' ? undefined : index % 2 === 0 ? 'headers' : 'body' }))
    const ms = await readAll()
    // The first round warms up.
    if (round > 0) latencies[which].push(...ms)
  }
}
const [without, others] = [latencies.without, latencies.with].map((ms) => ({ p50: toQuantile(ms, 0.5), p99: toQuantile(ms, 0.99), reads: ms.length }))
console.log(`redfish-trickle-${count} without ${toText(without!)}, with ${toText(others!)}, p99 ratio ${(others!.p99 / without!.p99).toFixed(2)}`)
await Promise.all(bmcs.map((bmc) => bmc.close()))
await rack.close()
process.exit(0)

/** Latencies of those that are well, in milliseconds; the slow ones are asked as often as they answer or give up. */
async function readAll(): Promise<number[]> {
  const found: number[] = []
  const endMs = performance.now() + Number(values.seconds) * 1_000
  const working = bmcs.map(async (bmc: Bmc, index) => {
    const stop = new AbortController()
    const end = setTimeout(() => stop.abort(), endMs - performance.now())
    await sleep((index / count) * everyMs)
    while (performance.now() < endMs) {
      const askedMs = performance.now()
      const state = await bmc.readPower(stop.signal).then((reading) => reading.state, () => 'failed')
      const ms = performance.now() - askedMs
      if (!isSlow(index) && !stop.signal.aborted) {
        if (state !== 'on') throw new Error(`${rack.nodes[index]!.name} is well and was not served`)
        found.push(ms)
      }
      await sleep(Math.max(0, askedMs + everyMs - performance.now()))
    }
    clearTimeout(end)
  })
  await Promise.all(working)
  return found
}

function toQuantile(ms: readonly number[], share: number): number {
  return ms.toSorted((a, b) => a - b)[Math.min(ms.length - 1, Math.floor(ms.length * share))]!
}

function toText({ p50, p99, reads }: { p50: number; p99: number; reads: number }): string {
  return `p50 ${p50.toFixed(1)} ms p99 ${p99.toFixed(1)} ms of ${reads} reads`
}
