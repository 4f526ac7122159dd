import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { createWatch } from '#lib/conductor/watch.ts'
import type { Database } from '#lib/db/client.ts'
import { openDuty, type Duty } from '#lib/db/duty.ts'
import { alertTiming } from '#lib/domain/alert.ts'
import type { AlertCondition } from '#lib/domain/alert-rule.ts'
import { addRule } from '../tests/alerts-rig.ts'
import { cpuMsOf } from './process-cost.ts'
import { median } from './rack-process.ts'
import { openScratchDatabase } from './scratch-database.ts'

/**
 * What one look at the rules of alerts costs with many nodes of many sensors: it comes every ten seconds. `new`: as many readings as a sweep
 * a minute brings within ten seconds. CPU is this process's and that of its Postgres backends: on a busy machine it says more than the time.
 */
const rounds = 5
const goalMs = 1_000
const sensorsOfNode = 150

type Measured = { name: string; ms: number; cpuMs: number; postgresMs: number }

/** What the backends of this database have used so far. */
async function postgresCpuMs(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE datname = current_database()')
  return rows.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0)
}

async function fill(db: Database, nodes: number): Promise<void> {
  await db.pool.query(
    `WITH made AS (INSERT INTO "Node" (name, address, protocol, groups) SELECT 'n' || i, '10.' || i / 65536 || '.' || i / 256 % 256 || '.' || i % 256, 'ipmi', ARRAY['rack' || i / 40] FROM generate_series(1, $1) i RETURNING id),
      ports AS (INSERT INTO "Endpoint" ("nodeId", protocol, port, state) SELECT id, 'ipmi', 623, 'ok' FROM made),
      status AS (INSERT INTO "NodeStatus" ("nodeId", power, "powerAt", "healthLevel", "healthAt", "seenAt", "bmcState", "bmcVia")
        SELECT id, 'on', now(), 'ok', now(), now(), 'ok', 'ipmi' FROM made)
    INSERT INTO "Snapshot" ("nodeId", facet, "takenAt", data) SELECT id, 'sensors', now(), jsonb_build_object('sensors', (
      SELECT jsonb_agg(jsonb_build_object('key', 'SDR ' || s, 'name', CASE WHEN s = 1 THEN 'Inlet Temp' ELSE 'Temp ' || s END, 'kind', CASE WHEN s % 3 = 0 THEN 'fan' ELSE 'temperature' END,
        'reading', 20 + s % 17, 'unit', '°C', 'health', 'ok', 'thresholds', jsonb_build_object('upperCritical', 90, 'upperCaution', 80), 'source', 'SDR ' || s)) FROM generate_series(1, ${sensorsOfNode}) s)) FROM made`,
    [nodes],
  )
  await db.pool.query('ANALYZE')
}

async function measure(db: Database, name: string, look: () => Promise<void>, before: () => Promise<unknown> = async () => {}): Promise<Measured> {
  const times: number[] = []
  const cpus: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    await before()
    const postgresMs = await postgresCpuMs(db)
    const [startedMs, startedCpu] = [performance.now(), process.cpuUsage()]
    await look()
    const cpu = process.cpuUsage(startedCpu)
    times.push(performance.now() - startedMs)
    cpus.push((cpu.user + cpu.system) / 1000)
    theirs.push((await postgresCpuMs(db)) - postgresMs)
  }
  return { name, ms: median(times), cpuMs: median(cpus), postgresMs: median(theirs) }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { nodes: { type: 'string', default: '10000' } } })
  const nodes = Number(values.nodes)
  const { db, url, close } = await openScratchDatabase()
  let duty: Duty | undefined
  try {
    await fill(db, nodes)
    duty = await openDuty(url, 'alerts')
    const held = duty
    const fresh = () => createWatch(db, alertTiming)
    const watch = fresh()
    const look = () => watch.look(held)
    const rule = (condition: AlertCondition) => addRule(condition, [])
    const report: Measured[] = [await measure(db, 'no rule', look)]
    for (let i = 0; i < 10; i += 1) await rule(i % 2 === 0 ? { kind: 'silent', forSeconds: 300 } : { kind: 'health', level: 'critical', forSeconds: 60 })
    report.push(await measure(db, 'ten rules of health and silence', look))
    await db.pool.query(`UPDATE "NodeStatus" SET "bmcState" = 'failed', failure = '{"kind":"unreachable","address":"10.0.0.1:623","text":""}' WHERE "nodeId" IN (SELECT id FROM "Node" ORDER BY name LIMIT 300)`)
    report.push(await measure(db, 'the same, 300 nodes silent', look))
    for (const name of ['*inlet*', null, 'Temp 7*'] as const) await rule({ kind: 'sensor', sensor: 'temperature', name, is: 'over', value: 95, forSeconds: 300 })
    const touch = () => db.pool.query(`UPDATE "Snapshot" SET "takenAt" = clock_timestamp() WHERE "nodeId" IN (SELECT "nodeId" FROM "Snapshot" ORDER BY "takenAt" LIMIT ${Math.ceil(nodes / 6)})`)
    await look()
    report.push(await measure(db, 'and three of sensors, nothing new', look))
    report.push(await measure(db, 'and three of sensors, new readings', look, touch))
    report.push(await measure(db, 'and three of sensors, the first look', () => fresh().look(held)))
    for (const { name, ms, cpuMs, postgresMs } of report) {
      const goal = name.endsWith('the first look') ? '' : cpuMs + postgresMs <= goalMs ? '  goal met' : '  goal short'
      console.log(`alerts-look-${nodes}  ${name}  ${ms.toFixed(0)} ms  CPU ${cpuMs.toFixed(0)} + ${postgresMs.toFixed(0)} ms${goal}  load ${loadavg()[0]!.toFixed(0)}`)
    }
  } finally {
    await duty?.close()
    await close()
  }
}

await main()
