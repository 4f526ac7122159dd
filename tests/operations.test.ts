import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uniformRack } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { stepList } from '#lib/api/contract.ts'
import { createApiToken } from '#lib/auth/api-token.ts'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import { listReleasable } from '#lib/db/release.ts'
import { operation as operationSchema, type Operation, type Step } from '#lib/domain/operation.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { addUser, bearer, call, sameOrigin, signIn } from './api/fixture.ts'
import { addNode, allOk, ended, makeRig, until, type ConductorRig } from './conductor-rig.ts'
import { withDatabase } from './database.ts'

/** Operations on many nodes the whole way: the API, the database, a conductor and simulated BMCs. */

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
let token: string

const racks = ['r1', 'r2', 'r10']
const names = Array.from({ length: 24 }, (_, i) => `n${i + 1}`)

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: uniformRack(24, ['healthy'], ['ipmi']), timing: { powerOnMs: 150, gracefulShutdownMs: 150, cycleOffMs: 300 } })
  for (const [i, node] of rack.nodes.entries()) {
    await addNode(rig, node.describe(), { protocol: 'ipmi' })
    // n1, n4, n7 … are in r1 from the top down.
    await prisma().node.update({ where: { name: node.name }, data: { rack: racks[i % 3]!, position: 40 - i, groups: i < 12 ? ['left'] : [] } })
  }
  token = await createApiToken('tool', 'admin')
  rig.start()
  await allOk(names)
}, 60_000)
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

type Headers = Record<string, string>
const post = (path: string, body?: unknown, headers: Headers = bearer(token)) => call(path, { method: 'POST', headers, body })

async function ask(body: Record<string, unknown>, headers?: Headers): Promise<string> {
  const answer = await post('/api/operations', { kind: 'power', ...body }, headers)
  expect([answer.status, await answer.clone().text()]).toEqual([202, expect.any(String)])
  return ((await answer.json()) as { id: string }).id
}

const read = async (id: string): Promise<Operation> => operationSchema.parse(await (await call(`/api/operations/${id}`, { headers: bearer(token) })).json())
const stepsOf = async (id: string): Promise<Step[]> => stepList.parse(await (await call(`/api/operations/${id}/steps`, { headers: bearer(token) })).json()).steps
const commandsOf = (name: string) => rack.node(name).commands.map((command) => command.action)
const counted = () => new Map(names.map((name) => [name, rack.node(name).commands.length]))
const sentSince = (before: Map<string, number>) => names.flatMap((name) => rack.node(name).commands.slice(before.get(name)).map((command) => ({ name, ...command })))
const refusalOf = async (answer: Response) => [answer.status, await answer.json()]

/** The limit of a dozen commands a minute to one node is another test's. */
const forgetRate = () => prisma().step.updateMany({ data: { sentAt: null } })

async function allOn(): Promise<void> {
  await forgetRate()
  await ended(await ask({ action: 'On', range: '*' }))
  await forgetRate()
}

describe('batches', () => {
  it('go through the racks in order, one after the other, with the pause between', async () => {
    const before = counted()
    const id = await ask({ action: 'PowerCycle', range: 'n[1-12]', limits: { atOnce: 5, pauseSeconds: 1, order: 'rack' } })
    const { state, steps, counts, batch } = await ended(id, 40_000)
    expect({ state, batch, verified: counts.verified }).toEqual({ state: 'succeeded', batch: 3, verified: 12 })
    expect(steps.map((step) => [step.node, step.batch])).toEqual(
      ['n10', 'n7', 'n4', 'n1', 'n11', 'n8', 'n5', 'n2', 'n12', 'n9', 'n6', 'n3'].map((name, i) => [name, 1 + Math.floor(i / 5)]),
    )
    const sent = sentSince(before)
    expect(sent.map(({ action }) => action)).toEqual(Array(12).fill('PowerCycle'))
    for (const number of [2, 3]) {
      const lastEnd = Math.max(...steps.filter((step) => step.batch === number - 1).map((step) => Date.parse(step.endedAt!)))
      const ofBatch = new Set(steps.filter((step) => step.batch === number).map((step) => step.node))
      for (const { atMs } of sent.filter(({ name }) => ofBatch.has(name))) expect(atMs).toBeGreaterThanOrEqual(lastEnd + 1_000)
    }
  }, 60_000)

  it('hold no more of one rack and of one group than they may (checklist 58)', async () => {
    await forgetRate()
    const id = await ask({ action: 'ForceRestart', range: '*', limits: { perRack: 2, perGroup: 4 } })
    const { steps, state } = await ended(id, 60_000)
    expect(state).toBe('succeeded')
    const of = (node: string) => names.indexOf(node)
    const most = (batch: number, key: (node: string) => unknown) => {
      const keys = steps.filter((step) => step.batch === batch).map((step) => key(step.node))
      return Math.max(...keys.map((one) => keys.filter((other) => other === one).length))
    }
    for (let batch = 1; batch <= Math.max(...steps.map((step) => step.batch!)); batch++) {
      expect(most(batch, (node) => of(node) % 3), `racks of batch ${batch}`).toBeLessThanOrEqual(2)
      expect(most(batch, (node) => of(node) < 12), `groups of batch ${batch}`).toBeLessThanOrEqual(4)
    }
  }, 90_000)

  it('wait while the operation is held, and go on when it is continued', async () => {
    await forgetRate()
    const id = await ask({ action: 'ForceOff', range: 'n[1-4]', limits: { atOnce: 2, pauseSeconds: 1 } })
    const held = operationSchema.parse(await (await post(`/api/operations/${id}/hold`)).json())
    expect(held.held).toMatchObject({ by: 'tool' })
    expect(await listReleasable(test.db)).toEqual([])
    expect((await read(id)).state).toBe('running')
    expect(await (await post(`/api/operations/${id}/continue`)).json()).toMatchObject({ held: null })
    expect((await ended(id)).state).toBe('succeeded')
    const rows = (await readAudit({ limit: 100 })).filter((row) => row.operationId === id && row.action.startsWith('operation-'))
    expect(rows.map((row) => row.action).toReversed()).toEqual(['operation-hold', 'operation-continue'])
    await allOn()
  }, 60_000)
})

describe('an operation that is aborted half-way', () => {
  it('sends nothing more, tells which nodes are left, and is resumed for those', async () => {
    await forgetRate()
    const before = counted()
    const id = await ask({ action: 'PowerCycle', range: 'n[1-10]', limits: { atOnce: 4, pauseSeconds: 3_600 } })
    const paused = await until(async () => {
      const now = await read(id)
      return now.counts.verified === 4 && now
    }, 20_000, 'the end of the first batch')
    expect(paused).toMatchObject({ state: 'running', batch: 1, counts: { queued: 6 } })
    expect(Date.parse(paused.nextBatchAt!)).toBeGreaterThan(Date.now() + 3_000_000)
    expect(await (await post(`/api/operations/${id}/abort`)).json()).toMatchObject({ stopped: { reason: 'aborted', by: 'tool' } })
    const aborted = await ended(id)
    expect(aborted).toMatchObject({ state: 'aborted', counts: { verified: 4, aborted: 6 } })
    expect(aborted.steps[4]).toMatchObject({ node: 'n5', state: 'aborted', commands: [], error: { code: 'aborted' } })
    expect(sentSince(before).map(({ name }) => name)).toEqual(['n1', 'n2', 'n3', 'n4'])
    const rows = (await readAudit({ limit: 20 })).filter((row) => row.operationId === id)
    expect(rows.find((row) => row.action === 'operation-abort')).toMatchObject({ actor: 'tool', outcome: 'ok' })
    expect(rows.find((row) => row.outcome === 'refused')).toMatchObject({ actor: 'conductor', detail: { state: 'aborted', nodes: 'n[5-10]' } })

    const answer = await post(`/api/operations/${id}/retry`, { states: ['aborted'], limits: { atOnce: 3 } })
    const { id: rest } = (await answer.json()) as { id: string }
    expect(await ended(rest)).toMatchObject({ state: 'succeeded', retryOf: id, nodes: 'n[5-10]', limits: { atOnce: 3 }, counts: { verified: 6 } })
    expect(sentSince(before).map(({ name, action }) => `${name} ${action}`)).toEqual(names.slice(0, 10).map((name) => `${name} PowerCycle`))
    expect(await refusalOf(await post(`/api/operations/${id}/retry`, { states: ['aborted'] }))).toEqual([
      409,
      { code: 'nothing-to-retry', message: `this was asked for again already, as operation ${rest}` },
    ])
    expect(await refusalOf(await post(`/api/operations/${id}/abort`))).toMatchObject([200, { state: 'aborted' }])
    expect(await refusalOf(await post(`/api/operations/${rest}/hold`))).toMatchObject([409, { code: 'operation-ended' }])
  }, 60_000)
})

describe('asking again for what failed', () => {
  it('takes those alone that failed, once, and those that are unknown only when that is said (checklist 55)', async () => {
    await forgetRate()
    for (const name of ['n2', 'n3']) rack.node(name).setPersona('lies')
    const first = await ended(await ask({ action: 'ForceOff', range: 'n[1-4]' }), 40_000)
    expect(first.counts).toMatchObject({ verified: 2, 'not-applied': 2 })
    for (const name of ['n2', 'n3']) rack.node(name).setPersona('healthy')
    const before = counted()
    const key = { ...bearer(token), 'idempotency-key': 'again' }
    const ids = await Promise.all(
      Array.from({ length: 5 }, async () => ((await (await post(`/api/operations/${first.id}/retry`, {}, key)).json()) as { id: string }).id),
    )
    expect(new Set(ids).size).toBe(1)
    expect(await ended(ids[0]!)).toMatchObject({ state: 'succeeded', retryOf: first.id, nodes: 'n[2-3]' })
    expect(sentSince(before).map(({ name, action }) => `${name} ${action}`)).toEqual(['n2 ForceOff', 'n3 ForceOff'])
    await allOn()

    const nmi = await ended(await ask({ action: 'Nmi', nodes: ['n1', 'n2'] }), 20_000)
    expect(nmi.counts).toMatchObject({ unknown: 2 })
    expect(await refusalOf(await post(`/api/operations/${nmi.id}/retry`, {}))).toMatchObject([409, { code: 'nothing-to-retry' }])
    const { id } = (await (await post(`/api/operations/${nmi.id}/retry`, { states: ['unknown'], nodes: ['n2'] })).json()) as { id: string }
    expect((await ended(id, 20_000)).steps.map((step) => step.node)).toEqual(['n2'])
    expect(commandsOf('n1').filter((action) => action === 'Nmi')).toHaveLength(1)
    expect(commandsOf('n2').filter((action) => action === 'Nmi')).toHaveLength(2)
  }, 90_000)

  it('goes through protection as the first did, naming all that are (checklist 58)', async () => {
    await forgetRate()
    const id = await ask({ action: 'ForceOff', range: 'n[1-6]', limits: { atOnce: 1, pauseSeconds: 3_600 } })
    await post(`/api/operations/${id}/abort`)
    await ended(id)
    await prisma().node.updateMany({ where: { name: { in: ['n3', 'n5'] } }, data: { protected: true } })
    const refused = await refusalOf(await post(`/api/operations/${id}/retry`, { states: ['aborted'] }))
    expect(refused).toMatchObject([409, { code: 'protected', message: expect.stringMatching(/^n\[3,5\] are protected/) }])
    const wildcard = await refusalOf(await post('/api/operations', { kind: 'power', action: 'ForceOff', range: 'n*' }))
    expect(wildcard).toMatchObject([409, { code: 'protected', message: expect.stringMatching(/^n\[3,5\] are protected/) }])
    await prisma().node.updateMany({ data: { protected: false } })
    await allOn()
  }, 60_000)
})

describe('checklist 54: one key, one operation', () => {
  it('of 50 identical requests at once exactly one command reaches each node', async () => {
    await forgetRate()
    const before = counted()
    const headers = { ...bearer(token), 'idempotency-key': 'fifty' }
    const ids = await Promise.all(Array.from({ length: 50 }, () => ask({ action: 'PowerCycle', range: 'rack=r1', expect: 8 }, headers)))
    expect(new Set(ids).size).toBe(1)
    expect((await ended(ids[0]!)).counts.verified).toBe(8)
    expect(sentSince(before).map(({ name, action }) => `${name} ${action}`)).toEqual(names.filter((_, i) => i % 3 === 0).map((name) => `${name} PowerCycle`))
  }, 60_000)
})

describe('checklist 57: two hands at one node', () => {
  it('a later operation waits for the earlier, and says for which', async () => {
    await forgetRate()
    const first = await ask({ action: 'ForceOff', nodes: ['n1', 'n2'], limits: { atOnce: 1, pauseSeconds: 3_600 } })
    const second = await ask({ action: 'On', nodes: ['n3', 'n2'] })
    await until(async () => (await stepsOf(second)).some((step) => step.state === 'verified'), 20_000, 'the free node')
    expect(await stepsOf(second)).toMatchObject([
      { node: 'n3', state: 'verified', waitsFor: null },
      { node: 'n2', state: 'queued', batch: null, waitsFor: first },
    ])
    await post(`/api/operations/${first}/abort`)
    expect((await ended(second)).state).toBe('succeeded')
    await allOn()
  }, 60_000)

  it('"on" and "off" at the same instant reach every node in the order of the audit', async () => {
    const before = counted()
    for (let round = 0; round < 5; round++) {
      const both = await Promise.all([ask({ action: 'ForceOff', range: '*' }), ask({ action: 'On', range: '*' })])
      for (const id of both) expect((await ended(id, 40_000)).state).toBe('succeeded')
      const newest = (await readAudit({ action: 'power', outcome: 'intent', limit: 1_000 })).find((row) => row.node === null && both.includes(row.operationId!))
      const last = newest!.target === 'On' ? 'on' : 'off'
      expect(rack.nodes.map((node) => node.machine.power()), `round ${round}`).toEqual(names.map(() => last))
    }
    const intents = (await readAudit({ action: 'power', outcome: 'intent', limit: 10_000 })).filter((row) => row.detail.command !== undefined).toReversed()
    for (const name of names) {
      const audited = intents.filter((row) => row.node === name).map((row) => row.detail.command)
      expect(audited, name).toEqual(commandsOf(name))
      expect(rack.node(name).commands.length - before.get(name)!).toBeGreaterThanOrEqual(5)
    }
    await allOn()
  }, 120_000)
})

describe('checklist 59: the nodes that somebody saw', () => {
  const asked = (expect: unknown) => post('/api/operations', { kind: 'indicator', action: 'IndicatorOn', range: 'left', expect })

  it('are the nodes that it happens to, or it is refused with what differs', async () => {
    const seen = names.slice(0, 12)
    await prisma().node.update({ where: { name: 'n1' }, data: { groups: [] } })
    await prisma().node.update({ where: { name: 'n13' }, data: { groups: ['left'] } })
    const before = counted()
    expect(await refusalOf(await asked(seen))).toMatchObject([409, { code: 'selection-changed', message: expect.stringContaining('n13 came in, n1 went out') }])
    expect(await refusalOf(await asked(11))).toMatchObject([409, { code: 'selection-changed', message: expect.stringContaining(`12 now: ${foldNames([...seen.slice(1), 'n13'])}`) }])
    expect(sentSince(before)).toEqual([])
    const { id } = (await (await asked([...seen.slice(1), 'n13'].toReversed())).json()) as { id: string }
    // What it is once it has been asked does not change with the group.
    await prisma().node.updateMany({ data: { groups: [] } })
    expect((await ended(id)).steps.map((step) => step.node)).toEqual([...seen.slice(1), 'n13'])
  }, 40_000)
})

describe('checklist 25: who may no longer', () => {
  const people: [string, (id: string) => Promise<unknown>][] = [
    ['is disabled', (id) => call(`/api/users/${id}`, { method: 'PATCH', headers: bearer(token), body: { disabled: true } })],
    ['becomes a viewer', (id) => call(`/api/users/${id}`, { method: 'PATCH', headers: bearer(token), body: { role: 'viewer' } })],
    ['has the token revoked', async () => {
      const { id } = await prisma().apiToken.findFirstOrThrow({ where: { name: 'short' } })
      return call(`/api/tokens/${id}`, { method: 'DELETE', headers: bearer(token) })
    }],
  ]

  it.each(people)('one who %s sends nothing more within a second, though much is queued', async (what, end) => {
    await allOn()
    const name = `eve${people.findIndex(([one]) => one === what)}`
    const id = await addUser(name, 'operator')
    const headers = what.includes('token') ? bearer(await createApiToken('short', 'operator')) : { cookie: (await signIn(name)).cookie, ...sameOrigin }
    const before = counted()
    const operation = await ask({ action: 'PowerCycle', range: '*', limits: { atOnce: 2 } }, headers)
    await until(async () => (await read(operation)).counts.verified >= 2, 20_000, 'the first batch')
    await end(id)
    const endedAtMs = Date.now()
    const result = await ended(operation, 20_000)
    expect(result).toMatchObject({ state: 'aborted', stopped: { reason: 'revoked', by: null } })
    expect(result.counts.aborted).toBeGreaterThan(10)
    expect(result.steps.find((step) => step.state === 'aborted')).toMatchObject({ commands: [], error: { code: 'revoked' } })
    for (const { atMs } of sentSince(before)) expect(atMs).toBeLessThan(endedAtMs + 1_000)
    expect((await readAudit({ action: 'operation-stop', limit: 1 }))[0]).toMatchObject({ actor: 'conductor', operationId: operation, detail: { reason: 'revoked' } })
  }, 60_000)

  it('goes on for one who only signs out', async () => {
    await allOn()
    await addUser('olga', 'operator')
    const { cookie } = await signIn('olga')
    const operation = await ask({ action: 'ForceOff', range: 'n[1-4]', limits: { atOnce: 1 } }, { cookie, ...sameOrigin })
    await prisma().session.deleteMany({})
    expect((await ended(operation, 20_000)).state).toBe('succeeded')
  }, 40_000)
})
