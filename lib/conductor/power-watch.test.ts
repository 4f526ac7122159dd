import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readTotals } from '#lib/db/power-totals-read.ts'
import { purgePowerTotals } from '#lib/db/power-totals.ts'
import { addMeters } from '../../tests/power-rig.ts'
import { until } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'
import { startPowerWatch } from './power-watch.ts'

const test = withDatabase()
const complaints: string[] = []
let running: { stop: () => Promise<void> }[] = []

const start = (keepEveryMs: number) => running.push(startPowerWatch({ db: test.db, complain: (text) => complaints.push(text), keepEveryMs }))
const kept = async () => (await test.db.pool.query<{ scope: string; watts: number; told: number; silent: number; off: number }>(`SELECT scope, watts, told, silent, off FROM "PowerTotal" ORDER BY at, scope`)).rows
const span = (hours: number) => ({ since: new Date(Date.now() - hours * 3_600_000), until: new Date(Date.now() + 60_000) })

beforeAll(() => void (complaints.length = 0))
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  running = []
  for (const table of ['PowerTotal', 'Node']) await test.db.pool.query(`DELETE FROM "${table}"`)
})
afterAll(() => expect(complaints).toEqual([]))

describe('what is kept', () => {
  it('the fleet, groups and racks, once a minute, however many conductors there are', async () => {
    await addMeters(test, [
      { name: 'n1', watts: 400, groups: ['gpu'], rack: 'R1' },
      { name: 'n2', watts: 0, groups: ['gpu'], rack: 'R2' },
      { name: 'n3', watts: null, power: 'off', rack: 'R3' },
    ])
    for (const _ of [1, 2, 3]) start(3_600_000)
    await until(async () => (await kept()).length > 0, 20_000, 'the first totals')
    // R2 has told nothing: it has no total, not one of 0 W. R3 is off.
    expect(await kept()).toEqual([
      { scope: 'fleet', watts: 400, told: 1, silent: 1, off: 1 },
      { scope: 'group:gpu', watts: 400, told: 1, silent: 1, off: 0 },
      { scope: 'rack:R1', watts: 400, told: 1, silent: 0, off: 0 },
      { scope: 'rack:R3', watts: 0, told: 0, silent: 0, off: 1 },
    ])
  })

  it('again and again', async () => {
    await addMeters(test, [{ name: 'n1', watts: 400 }])
    start(20)
    await until(async () => (await kept()).length >= 3, 20_000, 'three moments')
  })
})

describe('the history', () => {
  const insert = (rows: readonly [minutesAgo: number, watts: number, silent?: number][]) =>
    test.db.pool.query(`INSERT INTO "PowerTotal" SELECT 'fleet', now() - (r ->> 0)::float8 * interval '1 minute', (r ->> 1)::real, 3, coalesce((r ->> 2)::int, 0), 0 FROM jsonb_array_elements($1::jsonb) AS r`, [JSON.stringify(rows)])

  it('keeps every low and peak when it is thinned, and what was not told then', async () => {
    await insert(Array.from({ length: 1_000 }, (_, at): [number, number, number] => [1_000 - at, at === 500 ? 9_000 : at === 501 ? 10 : 1_000 + (at % 7), at === 500 ? 2 : 0]))
    const points = await readTotals('fleet', { ...span(17), points: 100 })
    expect(points.length).toBeLessThanOrEqual(100)
    expect(points.map(([at]) => at)).toEqual(points.map(([at]) => at).toSorted((a, b) => a - b))
    expect([Math.max(...points.map(([, watts]) => watts)), Math.min(...points.map(([, watts]) => watts))]).toEqual([9_000, 10])
    expect(points.filter(([, , silent]) => silent > 0).map(([, watts]) => watts)).toEqual([9_000])
  })

  it('has nothing where nothing is known', async () => {
    await insert([[50, 1_000], [10, 2_000]])
    expect((await readTotals('fleet', { ...span(1), points: 100 })).map(([, watts]) => watts)).toEqual([1_000, 2_000])
    expect(await readTotals('group:gpu', { ...span(1), points: 100 })).toEqual([])
  })

  it('is forgotten after its days', async () => {
    await insert([[31 * 1_440, 1_000], [29 * 1_440, 2_000]])
    await purgePowerTotals(test.db, 30)
    expect((await kept()).map(({ watts }) => watts)).toEqual([2_000])
  })
})
