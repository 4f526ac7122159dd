import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { lookAtBudgets, seeBudgets } from '#lib/conductor/budget-watch.ts'
import { readBudgets } from '#lib/db/budgets.ts'
import type { Database } from '#lib/db/client.ts'
import { inDuty, openDuty } from '#lib/db/duty.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { readTotals } from '#lib/db/power-totals-read.ts'
import { writePowerTotals } from '#lib/db/power-totals.ts'
import { toPowerScopes, toPowerTotal, toScopeKey } from '#lib/domain/power-total.ts'
import { median } from './rack-process.ts'
import { openScratchDatabase } from './scratch-database.ts'

/** What the totals of power cost with many nodes in racks of 40: read and summed each minute, kept, and drawn from a month of minutes. */
const rounds = 7
const minutes = 30 * 24 * 60

async function fill(db: Database, nodes: number): Promise<void> {
  await db.pool.query(
    `WITH made AS (INSERT INTO "Node" (name, address, protocol, groups, rack)
      SELECT 'n' || i, '10.' || i / 65536 || '.' || i / 256 % 256 || '.' || i % 256, 'ipmi', ARRAY['hall' || i / 1000], 'R' || i / 40 FROM generate_series(1, $1) i RETURNING id),
      ports AS (INSERT INTO "Endpoint" ("nodeId", protocol, port, state) SELECT id, 'ipmi', 623, 'ok' FROM made)
    INSERT INTO "NodeStatus" ("nodeId", power, "powerAt", "healthLevel", "healthAt", "seenAt", "bmcState", "bmcVia", watts, "capWatts")
      SELECT id, 'on', now(), 'ok', now(), now(), 'ok', 'ipmi', 400, 600 FROM made`,
    [nodes],
  )
  await db.pool.query(`INSERT INTO "PowerTotal" SELECT 'fleet', now() - i * interval '1 minute', 4000000 + i % 977, $1, 0, 0 FROM generate_series(1, ${minutes}) i`, [nodes])
  await db.pool.query(`INSERT INTO "PowerTotal" SELECT 'rack:R' || r, now() - i * interval '1 minute', 16000 + i % 977, 40, 0, 0 FROM generate_series(1, ${minutes}) i, generate_series(1, 20) r`)
  await db.pool.query(`INSERT INTO "Budget" (name, range, "capWatts", "warnShare", "overSeconds", acts, by) SELECT 'b' || i, 'rack=R' || i, 20000, 0.9, 30, '[{"do":"cap","nodes":"*","watts":200}]', 'ada' FROM generate_series(1, 20) i`)
  await db.pool.query('ANALYZE')
}

async function measure(work: () => Promise<unknown> | unknown): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now()
    await work()
    times.push(performance.now() - startedMs)
  }
  return median(times)
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { nodes: { type: 'string', default: '10000' } } })
  const { db, url, close } = await openScratchDatabase()
  try {
    await fill(db, Number(values.nodes))
    const duty = await openDuty(url, 'power')
    const list = await listNodes(db)
    const sum = () => toPowerScopes(list).map(({ scope, nodes }) => ({ scope: toScopeKey(scope), ...toPowerTotal(nodes, Date.now()) }))
    const history = (scope: string, hours: number) => () => readTotals(scope, { since: new Date(Date.now() - hours * 3_600_000), until: new Date(), points: 400 })
    let at = Date.now()
    const report: [string, number][] = [
      ['nodes read', await measure(() => listNodes(db))],
      ['summed', await measure(sum)],
      ['kept', await measure(() => writePowerTotals(duty.client, (at += 60_000), sum()))],
      ['a look at 20 budgets', await measure(async () => inDuty(duty, async (client) => lookAtBudgets(client, seeBudgets(await readBudgets(client), list, Date.now()), Date.now())))],
      ['a quarter of an hour of the fleet', await measure(history('fleet', 0.25))],
      ['a day of a rack', await measure(history('rack:R7', 24))],
      ['a month of the fleet', await measure(history('fleet', 720))],
    ]
    for (const [name, ms] of report) console.log(`power-totals-${values.nodes}  ${name}  ${ms.toFixed(1)} ms  load ${loadavg()[0]!.toFixed(0)}`)
    await duty.close()
  } finally {
    await close()
  }
}

await main()
