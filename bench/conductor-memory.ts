import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { database } from '#lib/db/client.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { startRack } from '#simulator/rack.ts'
import { addNode, makeRig, until } from '../tests/conductor-rig.ts'
import { createConductorProcess } from './conductor-process.ts'
import { fail } from './report.ts'
import { openScratchDatabase } from './scratch-database.ts'

/**
 * The conductor's resident size with many IPMI nodes, as production starts it and at its usual pace: the greatest until the sensors of every
 * node have been swept twice, and what it is then. What FreeIPMI's tools need for one sweep is `ipmi-memory`'s to say.
 */
const goalMb = 300

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { nodes: { type: 'string', default: '1000' }, sensors: { type: 'string', default: '150' } } })
  const [count, sensorCount] = [Number(values.nodes), Number(values.sensors)]
  const test = await openScratchDatabase()
  const rig = await makeRig(test)
  const rack = await startRack({ nodes: uniformRack(count, ['healthy'], ['ipmi']), sensorCount })
  const { conductor: url } = await test.roles()
  const child = await createConductorProcess(url, rig.folder())
  try {
    for (const node of rack.nodes) await addNode(rig, node.describe(), { protocol: 'ipmi' })
    child.start()
    const startedAt = Date.now()
    const isSwept = (since: Date) => async () => (await countSwept(since)) === count
    await until(isSwept(new Date(startedAt)), 1_200_000, 'a sweep of every node')
    const firstMs = Date.now() - startedAt
    await sleep(1_000)
    await until(isSwept(new Date()), 1_200_000, 'a second sweep of every node')
    const { greatest, now } = child.residentMb()
    console.log(`conductor-memory-${count}x${sensorCount} ${greatest.toFixed(0)}MB <=${goalMb}MB ${greatest <= goalMb ? 'met' : 'short'}`)
    console.error(`${now.toFixed(0)} MB at the end; all swept once after ${(firstMs / 1_000).toFixed(0)} s, twice after ${((Date.now() - startedAt) / 1_000).toFixed(0)} s, with ${((child.cpuMs() ?? 0) / 1_000).toFixed(0)} s of CPU`)
  } finally {
    await child.kill()
    await rig.stop()
    await rack.close()
    await test.close()
  }
}

/** How many nodes have had their sensors read since then. */
async function countSwept(since: Date): Promise<number> {
  const { rows } = await database().pool.query<{ n: string }>(`SELECT count(*) AS n FROM "NodeStatus" WHERE "healthAt" > $1`, [since])
  return Number(rows[0]!.n)
}

main().catch(fail)
