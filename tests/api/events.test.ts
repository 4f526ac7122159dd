import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as contract from '#lib/api/contract.ts'
import { closeStreams } from '#lib/data/stream.ts'
import { prisma } from '#lib/db/client.ts'
import { writeLog, type LogWrite } from '#lib/db/events.ts'
import { listEvents } from '#lib/db/events-read.ts'
import { writeInventory } from '#lib/db/inventory.ts'
import type { LogEntry } from '#lib/domain/log-entry.ts'
import type { Part } from '#lib/domain/inventory.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()
afterAll(closeStreams)

const owner = { conductorId: '00000000-0000-4000-8000-0000000000aa', epoch: 1 }
const ids = new Map<string, string>()
const nowMs = Date.UTC(2026, 10, 23, 12)

const entry = (n: number, changes: Partial<LogEntry> = {}): LogEntry => ({
  key: `SEL/${n}`,
  source: 'SEL',
  sourceId: String(n),
  at: new Date(nowMs - n * 60_000).toISOString(),
  level: 'ok',
  text: `entry ${n}`,
  ...changes,
})
const source = { name: 'SEL', canClear: true, isComplete: true, failure: null, clearedAt: null }
const write = (name: string, entries: LogEntry[], changes: Partial<LogWrite> = {}) =>
  writeLog(test.db, owner, ids.get(name)!, { protocol: 'ipmi', atMs: nowMs, entries, cleared: [], cursor: { SEL: {} }, sources: [source], ...changes })

beforeAll(async () => {
  for (const [i, name] of ['n1', 'n2', 'n3'].entries()) {
    expect((await addNode(tokens.admin, name, `10.4.0.${i + 1}`)).status).toBe(201)
    const node = await prisma().node.update({ where: { name }, data: { ownerId: owner.conductorId, ownerEpoch: owner.epoch }, select: { id: true } })
    ids.set(name, node.id)
  }
  await write('n1', [
    ...Array.from({ length: 20 }, (_, i) => entry(i)),
    entry(20, { level: 'critical', text: 'Uncorrectable ECC', sensor: 'DIMM_C2', messageId: 'MEM0001' }),
    entry(21, { level: 'warning', at: null, bmcTime: '1970-01-01T00:00:13.000Z', text: '100 % of 50_50 \\ used' }),
  ])
  await write('n2', [entry(1, { source: 'Lifecycle Log', key: '/redfish/1', severity: 'Warning', level: 'warning', resolved: true })], {
    protocol: 'redfish',
    sources: [{ ...source, name: 'Lifecycle Log', canClear: false }],
  })
})

const ask = async (path: string, token = tokens.viewer) => call(path, { headers: bearer(token) })
const list = async (query: string) => contract.eventList.parse(await (await ask(`/api/events?${query}`)).json())
const texts = async (query: string) => (await list(query)).events.map((event) => `${event.node} ${event.text}`)

describe('the events', () => {
  it('come newest first by page, each once, one without a time where it was seen', async () => {
    const seen: string[] = []
    let before = ''
    for (let page = 0; page < 20; page++) {
      const { events, next } = await list(`limit=3${before}`)
      seen.push(...events.map((event) => event.id))
      if (next === null) break
      before = `&before=${next}`
    }
    expect(seen).toHaveLength(23)
    expect(new Set(seen).size).toBe(23)
    const { events, sources, next } = await list('limit=500')
    expect(events.map((event) => event.id)).toEqual(seen)
    const times = events.map((event) => event.at ?? event.seenAt)
    expect(times).toEqual(times.toSorted().toReversed())
    expect([next, sources]).toEqual([null, ['Lifecycle Log', 'SEL', 'Baseboard']])
  })

  it.each([
    ['level=critical', ['n1 Uncorrectable ECC']],
    ['level=critical,warning&node=n2', ['n2 entry 1']],
    ['source=Lifecycle%20Log', ['n2 entry 1']],
    ['q=ecc%20dimm_c2', ['n1 Uncorrectable ECC']],
    ['q=ecc%20n2', []],
    ['q=mem0001', ['n1 Uncorrectable ECC']],
    ['q=%25', ['n1 100 % of 50_50 \\ used']],
    ['q=0_5', ['n1 100 % of 50_50 \\ used']],
    ['q=%5C', ['n1 100 % of 50_50 \\ used']],
    ['from=2026-11-23T11:41:00.000Z&to=2026-11-23T11:43:00.000Z&node=n1', ['n1 entry 18', 'n1 entry 19']],
    ['cleared=true', []],
    ['node=n3', []],
  ])('of ?%s', async (query, expected) => expect(await texts(query)).toEqual(expected))

  it.each(['level=bad', 'limit=0', 'limit=501', 'before=x', 'from=yesterday', 'cleared=1', 'page=2'])('refuse ?%s', async (query) => {
    expect((await ask(`/api/events?${query}`)).status).toBe(400)
  })

  it('have a permalink', async () => {
    const { events } = await list('level=critical')
    const one = contract.event.parse(await (await ask(`/api/events/${events[0]!.id}`)).json())
    expect(one).toMatchObject({ node: 'n1', sensor: 'DIMM_C2', at: '2026-11-23T11:40:00.000Z', seenAt: '2026-11-23T12:00:00.000Z', cleared: false, change: null, raw: null })
    expect((await ask('/api/events/00000000-0000-4000-8000-000000000000')).status).toBe(404)
  })

  it('of a node come with its logs as they were read', async () => {
    const answer = contract.nodeEventList.parse(await (await ask('/api/nodes/n2/events')).json())
    expect(answer.events).toMatchObject([{ severity: 'Warning', resolved: true }])
    expect(answer.sources).toEqual([{ name: 'Lifecycle Log', canClear: false, isComplete: true, failure: null, clearedAt: null, via: 'redfish', readAt: '2026-11-23T12:00:00.000Z' }])
    expect((await ask('/api/nodes/nobody/events')).status).toBe(404)
    expect((await ask('/api/events?node=nobody')).status).toBe(404)
  })
})

describe('what is written', () => {
  const rows = async () => (await listEvents({ nodeId: ids.get('n3')!, limit: 500 })).sort((a, b) => (a.key < b.key ? -1 : 1))

  it('is there once, follows its changes, and outlives a cleared log', async () => {
    expect(await write('n3', [entry(1), entry(2), entry(2)])).toBe(2)
    const first = await rows()
    expect(await write('n3', [entry(1), entry(2)])).toBe(0)
    expect(await rows()).toEqual(first)
    expect(await write('n3', [entry(2, { text: 'entry 2, 5 times', resolved: true })])).toBe(1)
    expect(await rows()).toMatchObject([{ text: 'entry 1', id: first[0]!.id }, { text: 'entry 2, 5 times', resolved: true, id: first[1]!.id }])
    // After a clear the BMC begins anew, and one of the old entries turns out to be there still.
    expect(await write('n3', [entry(2, { text: 'entry 2, 5 times', resolved: true }), entry(3)], { cleared: ['SEL'] })).toBe(4)
    expect((await rows()).map(({ text, cleared }) => [text, cleared])).toEqual([['entry 1', true], ['entry 2, 5 times', false], ['entry 3', false]])
  })

  it('is nothing once the node has another owner', async () => {
    const before = await rows()
    const other = { ...owner, epoch: 2 }
    const nothing = { protocol: 'ipmi', atMs: nowMs, entries: [entry(9)], cleared: ['SEL'], cursor: null, sources: [] } as const
    expect(await writeLog(test.db, other, ids.get('n3')!, nothing)).toBeNull()
    expect(await rows()).toEqual(before)
  })

  it('keeps neither NUL nor half a pair, in values and in names', async () => {
    expect(await write('n3', [entry(4, { text: 'a\0b\ud800c' })], { cursor: { 'a\0': '\udc00' } })).toBe(1)
    expect((await rows()).at(-1)?.text).toBe('a\ufffdb\ufffdc')
  })

  it('keeps no more than 20,000 rows of a node', async () => {
    const many = Array.from({ length: 20_050 }, (_, i) => entry(10_000 + i))
    await write('n3', many)
    expect(await prisma().$queryRaw`SELECT count(*)::int AS n FROM "LogEntry" WHERE "nodeId" = ${ids.get('n3')}::uuid`).toEqual([{ n: 20_000 }])
  }, 30_000)

  it('is told to open pages once', async () => {
    const gone = new AbortController()
    const answer = await call('/api/stream', { headers: bearer(tokens.viewer), signal: gone.signal })
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    await write('n1', [entry(30), entry(31)])
    while (!/event: events\n.*\n\n/.test(text)) text += (await reader.read()).value ?? ''
    gone.abort()
    const data = /event: events\ndata: (.*)\n/.exec(text)![1]!
    expect(contract.streamEvents.events.parse(JSON.parse(data))).toEqual({ nodes: [ids.get('n1')] })
  })
})

describe('clearing a log', () => {
  const clear = (name: string, body: unknown, token = tokens.admin, key?: string) =>
    call(`/api/nodes/${name}/events/clear`, { method: 'POST', headers: { ...bearer(token), ...(key === undefined ? {} : { 'idempotency-key': key }) }, body })
  const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code]
  const auditRows = () => prisma().audit.findMany({ where: { action: 'log-clear' }, orderBy: { seq: 'asc' } })

  it('is refused to all but administrators, and that stands in the audit', async () => {
    for (const role of ['viewer', 'operator'] as const) expect(await codeOf(await clear('n1', { source: 'SEL' }, tokens[role]))).toEqual([403, 'forbidden'])
    expect((await auditRows()).map(({ actor, outcome, node }) => [actor, outcome, node])).toEqual([['viewer', 'refused', 'n1'], ['operator', 'refused', 'n1']])
    expect(await prisma().operation.count()).toBe(0)
  })

  it.each([
    ['nobody', { source: 'SEL' }, [404, 'unknown-node']],
    ['n1', { source: 'Lifecycle Log' }, [422, 'unknown-source']],
    ['n2', { source: 'Lifecycle Log' }, [422, 'cannot-clear']],
    ['n1', {}, [400, 'invalid']],
  ])('of %s %j is refused', async (name, body, expected) => expect(await codeOf(await clear(name, body))).toEqual(expected))

  it('becomes one operation with its intent in the audit, however often it is asked with one key', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => clear('n1', { source: 'SEL' }, tokens.admin, 'once')))
    const made = await Promise.all(answers.map(async (answer) => [answer.status, ((await answer.json()) as { id: string }).id] as const))
    expect(new Set(made.map(String)).size).toBe(1)
    expect(made[0]![0]).toBe(202)
    const operation = (await (await ask(`/api/operations/${made[0]![1]}`)).json()) as object
    expect(operation).toMatchObject({ kind: 'log-clear', action: 'ClearLog', by: 'admin', nodes: 'n1', counts: { queued: 1 } })
    const intents = (await auditRows()).filter((row) => row.outcome === 'intent')
    expect(intents.map((row) => JSON.parse(row.body))).toMatchObject([{ actor: 'admin', node: 'n1', target: 'SEL', operationId: made[0]![1] }])
    expect(await codeOf(await clear('n2', { source: 'SEL' }, tokens.admin, 'once'))).toEqual([409, 'key-reused'])
  })

  it('of many nodes at once is an operation as others are, for the same people', async () => {
    const many = (token: string, body: object = {}) =>
      call('/api/operations', { method: 'POST', headers: bearer(token), body: { kind: 'log-clear', action: 'ClearLog', nodes: ['n1', 'n2'], ...body } })
    expect(await codeOf(await many(tokens.operator))).toEqual([403, 'forbidden'])
    const answers = [await many(tokens.admin), await many(tokens.admin, { source: 'SEL' })]
    const read = await Promise.all(answers.map(async (answer) => (await ask(`/api/operations/${((await answer.json()) as { id: string }).id}`)).json()))
    expect(read).toMatchObject([{ kind: 'log-clear', nodes: 'n[1-2]', options: {} }, { kind: 'log-clear', options: { source: 'SEL' } }])
    expect((await auditRows()).slice(-2).map(({ outcome, body }) => [outcome, (JSON.parse(body) as { target: string }).target])).toEqual([['intent', 'ClearLog'], ['intent', 'SEL']])
  })
})

describe('the inventory', () => {
  const dimm = (serial: string): Part => ({ kind: 'memory', slot: 'C2', name: 'DIMM C2', serial, sizeBytes: 2 ** 35 })
  const put = (name: string, protocol: 'redfish' | 'ipmi', parts: Part[], takenAtMs = nowMs, events: Parameters<typeof writeInventory>[3]['events'] = []) =>
    writeInventory(test.db, owner, ids.get(name)!, {
      protocol,
      takenAtMs,
      inventory: { parts, sections: Object.fromEntries(parts.map(({ kind }) => [kind, 'read'])), absent: {} },
      events,
    })
  const read = async (name: string) => contract.inventoryAnswer.parse(await (await ask(`/api/nodes/${name}/inventory`)).json())

  it('is nothing before the first reading', async () => {
    expect(await read('n1')).toEqual({ inventory: null, via: null, at: null, fru: null, changes: [] })
    expect((await ask('/api/nodes/nobody/inventory')).status).toBe(404)
  })

  it('is that of Redfish, with what IPMI tells beside it and what has changed', async () => {
    await put('n1', 'ipmi', [{ kind: 'board', slot: 'Board', name: 'X12', faults: ['board area: bad checksum'] }], nowMs - 1_000)
    expect(await read('n1')).toMatchObject({ via: 'ipmi', at: '2026-11-23T11:59:59.000Z', fru: null })
    const change = { change: 'replaced', kind: 'memory', slot: 'C2', name: 'DIMM C2', before: dimm('old'), after: dimm('new'), fields: ['serial'], movedFrom: null }
    const event = { ...entry(0, { key: 'Baseboard/1', source: 'Baseboard', sourceId: '', text: 'Memory module C2 was replaced' }), change }
    await put('n1', 'redfish', [dimm('new')], nowMs, [event])
    const answer = await read('n1')
    expect(answer).toMatchObject({ via: 'redfish', at: '2026-11-23T12:00:00.000Z', inventory: { parts: [dimm('new')] }, fru: { at: '2026-11-23T11:59:59.000Z' } })
    expect(answer.changes).toMatchObject([{ node: 'n1', source: 'Baseboard', change: { change: 'replaced', slot: 'C2', after: { serial: 'new' } } }])
  })

  it('of the fleet is a table that no spreadsheet runs', async () => {
    await put('n2', 'ipmi', [{ kind: 'system', slot: 'System', name: '=HYPERLINK("http://evil")', model: 'a,b "c"\n@d', serial: '-1+1' }])
    const answer = await ask('/api/inventory')
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv/)
    expect(answer.headers.get('content-disposition')).toContain('baseboard-inventory.csv')
    const [header, ...lines] = (await answer.text()).trimEnd().split('\r\n')
    expect(header).toMatch(/^node,kind,slot,name,manufacturer,model,serial,.*,via,at$/)
    expect(lines.map((line) => line.split(',').slice(0, 3).join())).toEqual(['n1,memory,C2', 'n1,board,Board', 'n2,system,System'])
    expect(lines[2]).toContain(`"'=HYPERLINK(""http://evil"")"`)
    expect(lines[2]).toContain(`"a,b ""c"" @d"`)
    expect(lines[2]).toContain(`'-1+1`)
  })
})
