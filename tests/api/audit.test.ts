import { beforeAll, describe, expect, it } from 'vitest'
import { Client } from 'pg'
import { auditList, auditRow, auditRowAnswer, checkpointAnswer, healthAnswer } from '#lib/api/contract.ts'
import { appendAudit } from '#lib/db/audit.ts'
import { parseCsv } from '#lib/domain/csv.ts'
import { writeSetting } from '#lib/db/settings.ts'
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

  it('is searched for words anywhere in a row, as they are and not as patterns', async () => {
    await appendAudit(test.db.pool, entry('bo', { action: 'redfish', target: 'PATCH /redfish/v1/Systems/1', detail: { text: 'Straße "quoted" 50%_off\\x' } }))
    for (const q of ['straße', '"quoted"', '50%_off', 'off\\x', 'patch systems']) expect([q, (await read(`?q=${encodeURIComponent(q)}`)).rows.map((row) => row.actor)]).toEqual([q, ['bo']])
    expect((await read(`?q=${encodeURIComponent('50__off')}`)).rows).toEqual([])
    expect((await read('?q=patch+nowhere')).rows).toEqual([])
    expect((await read('?q=+++&limit=2')).rows).toHaveLength(2)
  })

  it('gives a row with those of its operation on its node, and of its request', async () => {
    const of = (node: string | null, outcome: 'intent' | 'ok', detail: object) => appendAudit(test.db.pool, entry('op', { operationId: 'o1', node, outcome, detail }))
    const asked = await of(null, 'intent', { nodes: ['n1', 'n2'] })
    const [sent] = [await of('n1', 'intent', { command: 'On' }), await of('n2', 'intent', { command: 'On' })]
    const ended = await of('n1', 'ok', { after: 'on' })
    const one = async (seq: number) => auditRowAnswer.parse(await (await call(`/api/audit/${seq}`, { headers: bearer(tokens.viewer) })).json())
    for (const seq of [sent, ended]) {
      const { row, related } = await one(seq)
      expect(row.seq).toBe(seq)
      expect(related.map((other) => other.seq)).toEqual([asked, sent, ended])
    }
    expect((await one(asked)).related.map((other) => other.seq)).toEqual([asked])
    expect((await read('?operation=o1')).rows).toHaveLength(4)
    const request = { requestId: 'r%1', action: 'redfish' }
    const intent = await appendAudit(test.db.pool, entry('ada', { ...request, outcome: 'intent' }))
    await appendAudit(test.db.pool, entry('ada', { ...request, requestId: 'rx1' }))
    const outcome = await appendAudit(test.db.pool, entry('ada', request))
    expect((await one(outcome)).related.map((other) => other.seq)).toEqual([intent, outcome])
  })

  it('as JSON lines is one object a line, whatever the text (checklist 52)', async () => {
    const answer = await call('/api/audit?format=jsonl&action=power&ip=192.0.2.9', { headers: bearer(tokens.viewer) })
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="baseboard-audit.jsonl"')
    const rows = (await answer.text()).trimEnd().split('\n').map((line) => auditRow.parse(JSON.parse(line)))
    expect(rows.map((row) => row.actor)).toEqual(expect.arrayContaining(formulas.map((text) => text.replace('\0', '\ufffd'))))
    expect(rows[0]!.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each(['\r\n{"seq":1}', '\u001b[31mred\u001b]52;c;x\u0007', '"},{"seq":9', '\u2028\u2029', '\ud800', '\0', '<script>', "'; DROP", '\u202egnp'])(
    'keeps %j in its row, whatever the form of the file (checklist 52)',
    async (text) => {
      const seq = await appendAudit(test.db.pool, entry(`h${text}`, { action: text, node: text, target: text, ip: text, requestId: text, operationId: text, detail: { [text]: text } }))
      const jsonl = await (await call(`/api/audit?format=jsonl&from=${new Date(Date.now() - 60_000).toISOString()}`, { headers: bearer(tokens.viewer) })).text()
      const rows = jsonl.trimEnd().split('\n').map((line) => auditRow.parse(JSON.parse(line)))
      expect(rows.filter((row) => row.seq === seq)).toHaveLength(1)
      expect(rows.map((row) => row.seq)).toEqual(rows.map((_, at) => rows[0]!.seq - at))
      const { rows: records } = parseCsv(await csv(`&from=${new Date(Date.now() - 60_000).toISOString()}`))
      expect(records.filter(({ cells }) => cells.length !== 12)).toEqual([])
      expect(records.slice(1).map(({ cells }) => Number(cells[0]))).toEqual(rows.map((row) => row.seq))
    },
  )

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

describe('the checkpoints of the audit', () => {
  const read = async () => checkpointAnswer.parse(await (await call('/api/audit/checkpoint', { headers: bearer(tokens.viewer) })).json())
  const health = async () => healthAnswer.parse(await (await call('/api/health')).json())
  const sign = (seq: number, ways: object[] = []) =>
    writeSetting('auditCheckpoint', {
      last: { version: 1, number: 7, instance: 'i', seq, hash: 'a'.repeat(64), at: '2026-11-29T10:00:00.000Z', previous: 'b'.repeat(64), key: 'k', signature: 's' },
      publicKey: 'PEM',
      everyRows: 100,
      everySeconds: 60,
      ways: ways as [],
    })

  it('are told with what is not signed yet, and with what fails', async () => {
    const { newestSeq } = await read()
    const failing = { way: 'syslog', where: 'tcp://loghost:601', number: 6, at: '2026-11-29T09:59:00.000Z', failure: 'connect ECONNREFUSED' }
    await sign(newestSeq! - 2, [failing])
    expect(await read()).toMatchObject({ last: { number: 7, seq: newestSeq! - 2 }, newestSeq, unsignedSince: expect.stringMatching(/Z$/), isLate: false, ways: [failing], publicKey: 'PEM' })
    await sign(newestSeq!)
    expect(await read()).toMatchObject({ unsignedSince: null, isLate: false })
  })

  it('that do not come in time are seen in the health, by anybody', async () => {
    await sign(1)
    expect(await health()).toMatchObject({ audit: 'signed' })
    const client = new Client({ connectionString: test.superuserUrl })
    await client.connect()
    await client.query(`SET session_replication_role = replica; UPDATE "Audit" SET at = at - interval '91 seconds' WHERE seq = 2`)
    await client.end()
    expect(await health()).toMatchObject({ audit: 'unsigned', status: 'degraded' })
    expect(await read()).toMatchObject({ isLate: true })
  })
})
