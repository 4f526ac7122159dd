import { beforeAll, expect, it } from 'vitest'
import { powerHistory, powerTotals } from '#lib/api/power-contract.ts'
import { addMeters } from '../power-rig.ts'
import { withDatabase } from '../database.ts'
import { bearer, call, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()

const get = async (path: string) => (await call(path, { headers: bearer(tokens.viewer) })).json()

beforeAll(() =>
  addMeters(test, [
    { name: 'n1', watts: 400, groups: ['gpu'], rack: 'R1', capWatts: 500 },
    { name: 'n2', watts: 300, groups: ['gpu', 'lab'], rack: 'R1' },
    { name: 'n3', watts: 0, rack: 'R2' },
    { name: 'n4', watts: null, power: 'off' },
  ]),
)

it('tells the totals and how much of each is known', async () => {
  const { fleet, groups, racks } = powerTotals.parse(await get('/api/power'))
  expect(fleet).toMatchObject({ nodes: 4, watts: 700, told: 2, silent: 1, off: 1, capWatts: 500, capped: 1, oldestAt: expect.any(String) })
  expect(groups.map(({ name, watts, silent }) => [name, watts, silent])).toEqual([['gpu', 700, 0], ['lab', 300, 0]])
  expect(racks.map(({ name, watts, silent }) => [name, watts, silent])).toEqual([['R1', 700, 0], ['R2', 0, 1]])
})

it('tells the history of the one that is asked for', async () => {
  await test.db.pool.query(`INSERT INTO "PowerTotal" VALUES ('fleet', now() - interval '2 hours', 900, 3, 0, 0), ('fleet', now() - interval '1 minute', 700, 2, 1, 1), ('group:gpu', now() - interval '1 minute', 650, 2, 0, 0)`)
  const read = async (query: string) => powerHistory.parse(await get(`/api/power/history${query}`)).points.map(([, watts, silent]) => [watts, silent])
  expect(await read('')).toEqual([[900, 0], [700, 1]])
  expect(await read('?hours=0.25')).toEqual([[700, 1]])
  expect(await read('?group=gpu')).toEqual([[650, 0]])
  expect(await read('?rack=R1')).toEqual([])
  expect((await call('/api/power/history?group=a&rack=b', { headers: bearer(tokens.viewer) })).status).toBe(400)
})
