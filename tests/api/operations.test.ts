import { beforeAll, describe, expect, it, vi } from 'vitest'
import { operationList, stepList } from '#lib/api/contract.ts'
import { operation as operationSchema } from '#lib/domain/operation.ts'
import { prisma } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()

const ask = (body: unknown, key?: string, token = tokens.operator) =>
  call('/api/operations', { method: 'POST', headers: { ...bearer(token), ...(key === undefined ? {} : { 'idempotency-key': key }) }, body })
const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code]
const on = (...nodes: string[]) => ({ kind: 'power', action: 'ForceOff', nodes })
const cycle = (...nodes: string[]) => ({ kind: 'power', action: 'PowerCycle', nodes })

beforeAll(async () => {
  for (const n of [1, 2, 3]) expect((await addNode(tokens.admin, `n${n}`, `10.4.0.${n}`)).status).toBe(201)
  await call('/api/nodes/n3', { method: 'PATCH', headers: bearer(tokens.admin), body: { protected: true } })
})

describe('an operation', () => {
  it('is taken up with a step per node, and its intent stands in the audit with its id', async () => {
    const answer = await ask(on('n2', 'n1', 'n2'))
    expect(answer.status).toBe(202)
    const { id } = (await answer.json()) as { id: string }
    const read = operationSchema.parse(await (await call(`/api/operations/${id}`, { headers: bearer(tokens.viewer) })).json())
    expect(read).toMatchObject({ kind: 'power', action: 'ForceOff', state: 'running', by: 'operator' })
    expect(read).toMatchObject({ nodes: 'n[1-2]', counts: { queued: 2, verified: 0 }, batch: null, held: null, stopped: null, retryOf: null })
    const { steps } = stepList.parse(await (await call(`/api/operations/${id}/steps`, { headers: bearer(tokens.viewer) })).json())
    expect(steps.map((step) => [step.node, step.state, step.commands])).toEqual([['n2', 'queued', []], ['n1', 'queued', []]])
    const [row] = await prisma().audit.findMany({ where: { action: 'power' }, orderBy: { seq: 'desc' }, take: 1 })
    expect(JSON.parse(row!.body)).toMatchObject({ actor: 'operator', outcome: 'intent', operationId: id, target: 'ForceOff', ip: '192.0.2.1', detail: { nodes: 'n[1-2]' } })
    const listed = (await (await call('/api/operations?node=n1&limit=5', { headers: bearer(tokens.viewer) })).json()) as { operations: { id: string }[] }
    expect(listed.operations.map((one) => one.id)).toEqual([id])
  })

  it('of one key is one operation, however often and however close together (checklist 54)', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(on('n1'), 'double-click')))
    const ids = await Promise.all(answers.map(async (answer) => [answer.status, ((await answer.json()) as { id: string }).id]))
    expect(new Set(ids.map(String)).size).toBe(1)
    expect(ids[0]![0]).toBe(202)
    expect(await prisma().operation.count({ where: { idempotencyKey: 'double-click' } })).toBe(1)
    expect(await prisma().step.count({ where: { operationId: String(ids[0]![1]) } })).toBe(1)
    expect(await prisma().audit.count({ where: { body: { contains: String(ids[0]![1]) } } })).toBe(1)
  }, 60_000)

  it('is another for another person with the same key, and refused for another request', async () => {
    await ask(on('n1'), 'shared')
    expect(await codeOf(await ask(on('n2'), 'shared'))).toEqual([409, 'key-reused'])
    expect(await codeOf(await ask({ ...on('n1'), action: 'On' }, 'shared'))).toEqual([409, 'key-reused'])
    await ask(on('n2'), 'shared', tokens.admin)
    expect(await prisma().operation.count({ where: { idempotencyKey: 'shared' } })).toBe(2)
    for (const key of ['', 'a b', 'x'.repeat(256)]) expect(await codeOf(await ask(on('n1'), key))).toEqual([400, 'invalid'])
  })

  it('is refused for a restart that is under way already, also at the same instant, and waits otherwise (checklist 57)', async () => {
    const answers = await Promise.all([ask(cycle('n1', 'n2')), ask(cycle('n2'), undefined, tokens.admin)])
    const [yes, no] = answers.sort((a, b) => a.status - b.status)
    expect([yes!.status, no!.status]).toEqual([202, 409])
    expect(await no!.json()).toMatchObject({ code: 'asked-already', message: expect.stringMatching(/^PowerCycle of n2 was asked by (operator|admin) already/) })
    const { id } = (await (await ask({ ...on('n2'), action: 'On' })).json()) as { id: string }
    const { steps } = stepList.parse(await (await call(`/api/operations/${id}/steps`, { headers: bearer(tokens.viewer) })).json())
    expect(steps).toMatchObject([{ node: 'n2', state: 'queued', batch: null, waitsFor: expect.stringMatching(/^[0-9a-f-]{36}$/) }])
  })

  it('with one bad node among good ones does nothing at all (checklist 24)', async () => {
    const before = await prisma().operation.count()
    const answer = await ask(on('n1', 'n9', 'n2', 'n11', 'n10'))
    expect([answer.status, await answer.json()]).toEqual([404, { code: 'unknown-node', message: 'there is no node n[9-11]' }])
    const shielded = await ask(on('n1', 'n3'))
    expect([shielded.status, await shielded.json()]).toEqual([409, expect.objectContaining({ code: 'protected', message: expect.stringContaining('n3') })])
    expect(await prisma().operation.count()).toBe(before)
    expect(await prisma().audit.count({ where: { action: 'power', outcome: 'refused', actor: 'operator', body: { contains: '"protected"' } } })).toBe(1)
  })

  it('keeps what belongs to its action, for the page, the conductor and the audit', async () => {
    const answer = await ask({ kind: 'power', action: 'GracefulShutdown', forceAfterSeconds: 120, nodes: ['n1'] })
    const { id } = (await answer.json()) as { id: string }
    const read = operationSchema.parse(await (await call(`/api/operations/${id}`, { headers: bearer(tokens.viewer) })).json())
    expect(read.options).toEqual({ forceAfterSeconds: 120 })
    const row = await prisma().audit.findFirst({ where: { body: { contains: id } } })
    expect(JSON.parse(row!.body).detail).toMatchObject({ forceAfterSeconds: 120 })
  })

  it('sets a boot override of nodes, once unless it is said, and not of a protected one', async () => {
    const boot = { target: 'pxe' }
    const { id } = (await (await ask({ kind: 'boot', action: 'SetBoot', boot, start: true, nodes: ['n1', 'n2'] })).json()) as { id: string }
    const read = operationSchema.parse(await (await call(`/api/operations/${id}`, { headers: bearer(tokens.viewer) })).json())
    expect(read).toMatchObject({ kind: 'boot', action: 'SetBoot', options: { boot: { target: 'pxe', lasting: 'once' }, start: true } })
    expect(await codeOf(await ask({ kind: 'boot', action: 'SetBoot', boot, nodes: ['n3'] }))).toEqual([409, 'protected'])
    expect(await codeOf(await ask({ kind: 'boot', action: 'SetBoot', boot, nodes: ['n1'] }, undefined, tokens.viewer))).toEqual([403, 'forbidden'])
  })

  it('resets a BMC for an administrator alone', async () => {
    const reset = { kind: 'bmc-reset', action: 'ResetBmc', nodes: ['n1'] }
    expect(await codeOf(await ask(reset))).toEqual([403, 'forbidden'])
    expect((await ask(reset, undefined, tokens.admin)).status).toBe(202)
    expect(await codeOf(await ask({ ...reset, nodes: ['n3'] }, undefined, tokens.admin))).toEqual([409, 'protected'])
    expect(await codeOf(await ask(reset, undefined, tokens.admin))).toEqual([409, 'asked-already'])
  })

  it('reads at once what is else read later, of a protected node too, and not for a viewer', async () => {
    const refresh = { kind: 'refresh', action: 'RefreshInventory', nodes: ['n1', 'n3'] }
    expect(await codeOf(await ask(refresh, undefined, tokens.viewer))).toEqual([403, 'forbidden'])
    for (const action of ['RefreshInventory', 'RefreshSensors', 'RefreshLog']) expect((await ask({ ...refresh, action })).status).toBe(202)
  })

  it('lets the light of a protected node be lit', async () => {
    expect((await ask({ kind: 'indicator', action: 'IndicatorOn', nodes: ['n3'] })).status).toBe(202)
  })

  it.each([
    ['a kind and an action that do not fit', { kind: 'indicator', action: 'ForceOff', nodes: ['n1'] }, 'action'],
    ['the light by power', { kind: 'power', action: 'IndicatorOn', nodes: ['n1'] }, 'action'],
    ['an action that is none', { kind: 'power', action: 'Explode', nodes: ['n1'] }, 'action'],
    ['a force of what is not graceful', { kind: 'power', action: 'PowerCycle', forceAfterSeconds: 60, nodes: ['n1'] }, 'forceAfterSeconds'],
    ['a boot override that says not from what', { kind: 'boot', action: 'SetBoot', nodes: ['n1'] }, 'boot'],
    ['a boot from what there is not', { kind: 'boot', action: 'SetBoot', boot: { target: 'tape' }, nodes: ['n1'] }, 'boot.target'],
    ['a boot from a URI that is none', { kind: 'boot', action: 'SetBoot', boot: { target: 'http', uri: 'file:///etc/passwd' }, nodes: ['n1'] }, 'boot.uri'],
    ['a boot from a URI with a password', { kind: 'boot', action: 'SetBoot', boot: { target: 'http', uri: 'http://u:p@10.0.0.1/x' }, nodes: ['n1'] }, 'boot.uri'],
    ['a URI of what fetches nothing', { kind: 'boot', action: 'SetBoot', boot: { target: 'pxe', uri: 'http://10.0.0.1/x' }, nodes: ['n1'] }, 'boot.uri'],
    ['a boot override of a power action', { kind: 'power', action: 'On', boot: { target: 'pxe' }, nodes: ['n1'] }, 'boot'],
    ['a log of what clears none', { kind: 'refresh', action: 'RefreshLog', source: 'SEL', nodes: ['n1'] }, 'source'],
    ['a refresh of what is not read', { kind: 'refresh', action: 'RefreshPower', nodes: ['n1'] }, 'action'],
    ['a force of a light', { kind: 'indicator', action: 'IndicatorOn', forceAfterSeconds: 60, nodes: ['n1'] }, 'forceAfterSeconds'],
    ['a wait that is none', { kind: 'power', action: 'GracefulShutdown', forceAfterSeconds: 1, nodes: ['n1'] }, 'forceAfterSeconds'],
    ['no nodes', { kind: 'power', action: 'On', nodes: [] }, 'nodes'],
    ['a node that is no name', { kind: 'power', action: 'On', nodes: ['n1', '$(id)'] }, 'nodes.1'],
    ['nodes that are no list', { kind: 'power', action: 'On', nodes: 'n1' }, 'nodes'],
  ])('refuses %s', async (_, body, field) => {
    const answer = await ask(body)
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ code: 'invalid', field })])
  })

  it('is not taken up when the audit cannot be written (checklist 47)', async () => {
    const before = await prisma().operation.count()
    await test.db.pool.query(`ALTER FUNCTION audit_append(text) RENAME TO audit_append_away`)
    const silence = vi.spyOn(console, 'error').mockImplementation(() => {})
    const answer = await ask(on('n1'))
    silence.mockRestore()
    await test.db.pool.query(`ALTER FUNCTION audit_append_away(text) RENAME TO audit_append`)
    expect(answer.status).toBeGreaterThanOrEqual(500)
    expect(await answer.text()).not.toMatch(/audit_append|prisma|function/i)
    expect(await prisma().operation.count()).toBe(before)
  })
})

describe('ten thousand nodes', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => `m${i + 1}`)
  const read = async (path: string) => (await call(path, { headers: bearer(tokens.viewer) })).json()
  let id = ''

  beforeAll(async () => {
    await test.db.pool.query(`INSERT INTO "Node" (name, address, protocol, rack, position, "updatedAt")
      SELECT 'm' || i, '10.4.9.9', 'ipmi', 'r' || (i % 250), i / 250, now() FROM generate_series(1, 10000) i`)
    await test.db.pool.query(`INSERT INTO "NodeStatus" ("nodeId") SELECT id FROM "Node" WHERE name LIKE 'm%'`)
  })

  it('are taken in one request, by name or by a range, and one more is not', async () => {
    const answer = await ask({ kind: 'power', action: 'On', nodes: many, limits: { atOnce: 250, pauseSeconds: 10, order: 'rack', perRack: 2 } })
    expect(answer.status).toBe(202)
    id = ((await answer.json()) as { id: string }).id
    expect((await ask({ kind: 'power', action: 'On', range: 'm[1-10000]', expect: 10_000 })).status).toBe(202)
    const over = await ask({ kind: 'power', action: 'On', nodes: [...many, 'n1'] })
    expect([over.status, await over.json()]).toEqual([400, expect.objectContaining({ field: 'nodes' })])
  }, 60_000)

  it('are figures in a list, and pages of steps in the order of the operation', async () => {
    const operation = operationSchema.parse(await read(`/api/operations/${id}`))
    expect(operation).toMatchObject({ nodes: 'm[1-10000]', counts: { queued: 10_000 }, limits: { atOnce: 250, pauseSeconds: 10, order: 'rack', perRack: 2 } })
    const seen: string[] = []
    for (let after: string | null = ''; after !== null; ) {
      const page = stepList.parse(await read(`/api/operations/${id}/steps?limit=1000${after === '' ? '' : `&after=${after}`}`))
      seen.push(...page.steps.map((step) => step.node))
      after = page.next
    }
    expect(seen).toHaveLength(10_000)
    expect(new Set(seen).size).toBe(10_000)
    expect(seen.slice(0, 3)).toEqual(['m250', 'm500', 'm750'])
    const some = stepList.parse(await read(`/api/operations/${id}/steps?order=interest&limit=2&node=m77`))
    expect(some).toMatchObject({ steps: [{ node: 'm77', state: 'queued' }], next: null })
  }, 60_000)

  it('are listed by kind, state, person and node, a page at a time', async () => {
    const first = operationList.parse(await read('/api/operations?kind=power&state=running&by=operator&limit=1'))
    expect(first.operations).toHaveLength(1)
    const second = operationList.parse(await read(`/api/operations?kind=power&state=running&by=operator&limit=1&before=${first.next}`))
    expect(second.operations[0]!.id).not.toBe(first.operations[0]!.id)
    const ofNode = operationList.parse(await read('/api/operations?node=m77'))
    expect(ofNode.operations.map((one) => one.step?.node)).toEqual(['m77', 'm77'])
    expect(ofNode.operations[0]!.step!.waitsFor).toBe(id)
    expect(operationList.parse(await read('/api/operations?state=succeeded')).operations).toEqual([])
    for (const bad of ['?state=done', '?before=x', '?kind=fire', '?limit=0']) expect((await call(`/api/operations${bad}`, { headers: bearer(tokens.viewer) })).status).toBe(400)
    for (const bad of ['?state=queued,odd', '?after=1', '?order=age']) expect((await call(`/api/operations/${id}/steps${bad}`, { headers: bearer(tokens.viewer) })).status).toBe(400)
  }, 60_000)
})

describe('a share that wants a password', () => {
  const mount = { kind: 'media', action: 'MountImage', nodes: ['n1'], share: 'cifs://10.0.0.5/isos/x.iso' }
  const secret = { shareUser: 'installer', sharePassword: 'p@ss, word' }

  it.each([
    [{ ...mount, shareUser: 'installer' }, 'sharePassword'],
    [{ ...mount, sharePassword: 'x' }, 'shareUser'],
    [{ ...mount, ...secret, share: 'nfs://10.0.0.5/isos/x.iso' }, 'shareUser'],
    [{ kind: 'power', action: 'On', nodes: ['n1'], ...secret }, 'shareUser'],
    [{ ...mount, ...secret, sharePassword: 'a\nb' }, 'sharePassword'],
    [{ ...mount, ...secret, share: 'cifs://installer:x@10.0.0.5/isos/x.iso' }, 'share'],
  ])('%j is refused for %s', async (body, field) => {
    const answer = await ask(body)
    expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([400, expect.stringContaining(field)])
  })

  it('has it sealed for its operation and this share alone, and kept nowhere else', async () => {
    const key = 'mount-once'
    const { id } = (await (await ask({ ...mount, ...secret }, key)).json()) as { id: string }
    const { rows } = await test.db.pool.query<{ options: unknown; whole: string }>('SELECT o.options, to_jsonb(o)::text AS whole FROM "Operation" o WHERE id = $1', [id])
    expect(rows[0]).toMatchObject({ options: { share: mount.share, shareUser: 'installer' }, whole: expect.not.stringContaining('p@ss') })
    expect(await prisma().audit.count({ where: { body: { contains: 'p@ss' } } })).toBe(0)
    const { sealed } = await prisma().shareSecret.findUniqueOrThrow({ where: { operationId: id } })
    expect(Buffer.from(sealed).toString('latin1')).not.toContain('p@ss')
    // The same key with the same request is the same operation: its password stays as it was typed first.
    expect(((await (await ask({ ...mount, ...secret, sharePassword: 'other' }, key)).json()) as { id: string }).id).toBe(id)
    expect((await prisma().shareSecret.findUniqueOrThrow({ where: { operationId: id } })).sealed).toEqual(sealed)
  })

  it('is not kept to ask again', async () => {
    const { id } = (await (await ask({ ...mount, ...secret, nodes: ['n2'] })).json()) as { id: string }
    await prisma().step.updateMany({ where: { operationId: id }, data: { state: 'failed' } })
    const answer = await call(`/api/operations/${id}/retry`, { method: 'POST', headers: bearer(tokens.operator), body: { states: ['failed'] } })
    expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([409, expect.stringMatching(/password of its share is not kept/)])
  })

  it('is nothing for a schedule, which would have to keep it', async () => {
    const answer = await call('/api/schedules', { method: 'POST', headers: bearer(tokens.admin), body: { name: 'nightly', when: { cron: '0 3 * * *', timeZone: 'UTC' }, request: { ...mount, ...secret } } })
    expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([400, expect.stringMatching(/no password/)])
  })
})
