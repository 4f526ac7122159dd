import { beforeAll, describe, expect, it } from 'vitest'
import { auditList } from '#lib/api/contract.ts'
import { appendAudit } from '#lib/db/audit.ts'
import { withDatabase } from '../database.ts'
import { bearer, call, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()

const entry = (actor: string, over: object = {}) => ({
  actor,
  actorKind: 'person' as const,
  ip: '192.0.2.9',
  requestId: null,
  action: 'power',
  node: 'n1',
  target: null,
  outcome: 'ok' as const,
  operationId: null,
  detail: {},
  ...over,
})

const formulas = ['=cmd|x', '+1', '-1', '@SUM(1)', '\t=1', '\r=1', '\0=1', '＝1', 'a"b,c', 'a\nb']

const read = async (query: string) => auditList.parse(await (await call(`/api/audit${query}`, { headers: bearer(tokens.viewer) })).json())
const csv = async (query = '') => (await call(`/api/audit?format=csv${query}`, { headers: bearer(tokens.viewer) })).text()

beforeAll(async () => {
  for (const [n, actor] of formulas.entries()) await appendAudit(test.db.pool, entry(actor, { node: `n${n}`, detail: { text: actor } }))
})

describe('the audit', () => {
  it('is read by page, newest first', async () => {
    const first = await read('?limit=4')
    expect(first.rows.length).toBe(4)
    const second = await read(`?limit=4&before=${first.next}`)
    expect(second.rows[0]!.seq).toBe(first.rows.at(-1)!.seq - 1)
    expect((await read('?limit=1000')).next).toBeNull()
  })

  it('is filtered by each of its fields', async () => {
    expect((await read('?node=n1')).rows.map((row) => row.actor)).toEqual(['+1'])
    expect((await read('?actor=-1')).rows.length).toBe(1)
    expect((await read('?action=power&outcome=ok&ip=192.0.2.9')).rows.length).toBe(formulas.length)
    expect((await read(`?to=2020-01-01T00:00:00Z`)).rows).toEqual([])
  })

  it('as CSV begins no cell with a formula (checklist 38)', async () => {
    const text = await csv('&action=power')
    const rows = text.split('\r\n')
    expect(rows[0]).toBe('seq,at,actor,actorKind,ip,action,node,target,outcome,operationId,requestId,detail')
    expect(text).not.toContain('\0')
    for (const cell of text.matchAll(/(?:^|[,\n])"?([^,"\n]?)/g)) expect('=+@\t\r\0＝'.includes(cell[1]!) && cell[1] !== '').toBe(false)
    expect(text).toContain(`'=cmd|x`)
    expect(text).toContain('"a""b,c"')
  })

  it('as CSV is whole, however long', async () => {
    await test.db.pool.query(`SELECT audit_append(b) FROM (SELECT "body" AS b FROM "Audit" ORDER BY "seq" DESC LIMIT 1) x, generate_series(1, 2500)`)
    const lines = (await csv('&limit=1')).split('\r\n').filter((line) => /^\d+,/.test(line))
    const seqs = lines.map((line) => Number(line.split(',')[0]))
    expect(seqs.length).toBeGreaterThanOrEqual(2500)
    expect(seqs.at(-1)).toBe(1)
    expect(new Set(seqs).size).toBe(seqs.length)
  })
})
