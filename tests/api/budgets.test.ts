import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { budget as answer, budgetDetail, type Budget, type BudgetDetail } from '#lib/api/budgets-contract.ts'
import { runDueDeeds } from '#lib/data/budget-runner.ts'
import { prisma } from '#lib/db/client.ts'
import { inDuty, openDuty } from '#lib/db/duty.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { readBudgets } from '#lib/db/budgets.ts'
import { lookAtBudgets, seeBudgets } from '#lib/conductor/budget-watch.ts'
import { withDatabase } from '../database.ts'
import { addMeters } from '../power-rig.ts'
import { addUser, bearer, call, sameOrigin, signIn, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()
const complaints: string[] = []
const complain = (text: string) => complaints.push(text)

const rack = { name: 'the rack', range: 'gpu', capWatts: 1_000, overSeconds: 0, acts: [{ do: 'cap', nodes: 'n1', watts: 200 }, { do: 'shutdown', nodes: 'n[2-3]', forceAfterSeconds: 60 }] }

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = bearer(tokens.admin)) => call(path, { method, headers, body })
const make = async (changes: Record<string, unknown> = {}): Promise<Budget> => answer.parse(await (await send('POST', '/api/budgets', { ...rack, ...changes })).json())
const arm = (id: string, range = 'gpu', headers?: Record<string, string>) => send('POST', `/api/budgets/${id}/arm`, { range }, headers)
const read = async (id: string): Promise<BudgetDetail> => budgetDetail.parse(await (await send('GET', `/api/budgets/${id}`, undefined, bearer(tokens.viewer))).json())
const meters = (watts: number) => addMeters(test, ['n1', 'n2', 'n3'].map((name) => ({ name, watts, groups: ['gpu'] })))
const audit = async (action: string) => JSON.parse((await prisma().audit.findFirstOrThrow({ where: { action }, orderBy: { seq: 'desc' } })).body) as Record<string, unknown>

/** As the conductor that has the duty does. */
async function look(): Promise<void> {
  const duty = await openDuty(test.url, 'power of the test')
  const nodes = await listNodes()
  await inDuty(duty, async (client) => lookAtBudgets(client, seeBudgets(await readBudgets(client), nodes, Date.now()), Date.now()))
  await duty.close()
}

beforeAll(() => meters(400))
beforeEach(async () => {
  await prisma().budget.deleteMany()
  await prisma().operation.deleteMany()
  await prisma().node.updateMany({ data: { protected: false } })
  complaints.length = 0
  await meters(400)
})

describe('a budget', () => {
  it('is made by an administrator and seen by everyone, and only tells', async () => {
    expect((await send('POST', '/api/budgets', rack, bearer(tokens.operator))).status).toBe(403)
    const made = await make()
    expect(made).toMatchObject({ ...rack, warnShare: 0.9, by: 'admin', armed: null, now: null })
    await look()
    expect(await read(made.id)).toMatchObject({ now: { level: 'over', isPassed: true, hold: 'off', total: { watts: 1_200, told: 3, silent: 0 } }, deeds: [] })
    expect(await audit('budget-create')).toMatchObject({ target: 'the rack', actor: 'admin', outcome: 'ok', detail: { range: 'gpu', capWatts: 1_000 } })
  })

  it('shows what it would do, and what it would pass over', async () => {
    await addMeters(test, [{ name: 'm1', watts: 100 }])
    await prisma().node.update({ where: { name: 'n2' }, data: { protected: true } })
    const { id } = await make({ acts: [...rack.acts, { do: 'cap', nodes: 'm1', watts: 50 }] })
    expect((await read(id)).plan.map(({ node, act, skip }) => [node, act.do, skip])).toEqual([['n1', 'cap', null], ['n2', 'shutdown', 'protected'], ['n3', 'shutdown', null], ['m1', 'cap', 'elsewhere']])
  })

  it.each([
    ['a range that cannot be read', { range: 'n[1-' }, 'range'],
    ['a line that cannot be read', { acts: [{ do: 'cap', nodes: 'n[1-', watts: 200 }] }, 'range'],
    ['no cap', { capWatts: 0 }, 'capWatts'],
    ['an act that is none', { acts: [{ do: 'burn', nodes: 'n1' }] }, 'acts.0.do'],
  ])('is refused with %s', async (_, wrong, field) => {
    const refused = await send('POST', '/api/budgets', { ...rack, ...wrong })
    expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ field })])
  })

  it('has a name of its own', async () => {
    await make()
    expect((await send('POST', '/api/budgets', rack)).status).toBe(409)
  })
})

describe('arming', () => {
  it('needs an administrator and the range once more, and is in the audit', async () => {
    const { id } = await make()
    expect((await arm(id, 'gpu', bearer(tokens.operator))).status).toBe(403)
    expect((await arm(id, 'gp')).status).toBe(400)
    expect(await audit('budget-arm')).toMatchObject({ outcome: 'refused', target: 'the rack' })
    expect(answer.parse(await (await arm(id)).json()).armed).toMatchObject({ by: 'admin' })
    expect(await audit('budget-arm')).toMatchObject({ outcome: 'ok', detail: { range: 'gpu', acts: rack.acts } })
  })

  it('is refused where there is nothing to do', async () => {
    const { id } = await make({ acts: [] })
    expect((await arm(id)).status).toBe(422)
  })

  it('is undone by a change of what was shown, and not of a name', async () => {
    const { id } = await make()
    await arm(id)
    const change = async (patch: unknown) => answer.parse(await (await send('PATCH', `/api/budgets/${id}`, patch)).json())
    expect((await change({ name: 'rack 7', warnShare: 0.8 })).armed).not.toBeNull()
    expect((await change({ capWatts: 1_100 })).armed).toBeNull()
  })

  it('is undone by any operator', async () => {
    const { id } = await make()
    await arm(id)
    expect((await send('POST', `/api/budgets/${id}/disarm`, undefined, bearer(tokens.viewer))).status).toBe(403)
    expect(answer.parse(await (await send('POST', `/api/budgets/${id}/disarm`, undefined, bearer(tokens.operator))).json()).armed).toBeNull()
  })
})

describe('when it is passed', () => {
  it('one operation is asked for in the name of who armed it, however many look and ask at once', async () => {
    const { id } = await make()
    await arm(id)
    await look()
    await look()
    await Promise.all(Array.from({ length: 20 }, () => runDueDeeds(complain)))
    await look()
    const operations = await prisma().operation.findMany({ include: { steps: true } })
    expect(operations.map(({ kind, action, by, requestId, options, steps }) => ({ kind, action, by, requestId, options, nodes: steps.map(({ nodeName }) => nodeName) }))).toEqual([
      { kind: 'power-cap', action: 'SetPowerCap', by: 'admin', requestId: `budget ${id}`, options: { capWatts: 200 }, nodes: ['n1'] },
    ])
    expect(await audit('budget-act')).toMatchObject({ actor: 'admin', target: 'the rack', node: 'n1', outcome: 'ok', operationId: operations[0]!.id, detail: { watts: 1_200, capWatts: 1_000, act: rack.acts[0] } })
    expect(await read(id)).toMatchObject({ now: { hold: 'waiting' }, deeds: [{ node: 'n1', state: 'asked', operation: operations[0]!.id, operationState: 'running' }] })
    expect(complaints).toEqual([])
  })

  it('the next comes when the last is over and its node was read again', async () => {
    const { id } = await make()
    await arm(id)
    const end = () => prisma().operation.updateMany({ data: { state: 'succeeded', finishedAt: new Date() } })
    await look()
    await runDueDeeds(complain)
    await end()
    await look()
    expect((await read(id)).deeds).toHaveLength(1)
    await addMeters(test, [{ name: 'n1', watts: 250 }, { name: 'n2', watts: 400 }, { name: 'n3', watts: 400 }])
    await look()
    await runDueDeeds(complain)
    expect((await read(id)).deeds.map(({ node, act, operation }) => [node, act.do, operation !== null])).toEqual([['n2', 'shutdown', true], ['n1', 'cap', true]])
    await end()
    await addMeters(test, [{ name: 'n2', watts: null, power: 'off' }, { name: 'n1', watts: 250 }, { name: 'n3', watts: 400 }])
    await look()
    expect(await read(id)).toMatchObject({ now: { level: 'ok', isPassed: false, total: { watts: 650, off: 1 } } })
    expect((await read(id)).deeds).toHaveLength(2)
  })

  it('web that died after it asked has asked once', async () => {
    const { id } = await make()
    await arm(id)
    await look()
    await runDueDeeds(complain)
    // As if it had ended between the two: the operation is there, the note of it is not.
    await prisma().budgetDeed.updateMany({ data: { state: 'due' } })
    await look()
    expect(await read(id)).toMatchObject({ now: { hold: 'waiting' }, deeds: [{ state: 'asked' }] })
    await runDueDeeds(complain)
    expect(await prisma().operation.count()).toBe(1)
  })

  it('what was decided long ago is not asked for', async () => {
    const { id } = await make()
    await arm(id)
    await prisma().budget.updateMany({ data: { armedAt: new Date(Date.now() - 300_000) } })
    await look()
    await prisma().budgetDeed.updateMany({ data: { decidedAt: new Date(Date.now() - 40_000) } })
    await runDueDeeds(complain)
    expect(await prisma().operation.count()).toBe(0)
    await prisma().budgetDeed.updateMany({ data: { decidedAt: new Date(Date.now() - 61_000) } })
    await look()
    expect((await read(id)).deeds).toMatchObject([{ state: 'lapsed' }])
    await look()
    await runDueDeeds(complain)
    expect((await read(id)).deeds).toMatchObject([{ node: 'n1', state: 'asked' }])
  })

  it('a node that was protected meanwhile is refused as to a person, and the next is asked', async () => {
    const { id } = await make()
    await arm(id)
    await look()
    await prisma().node.update({ where: { name: 'n1' }, data: { protected: true } })
    await runDueDeeds(complain)
    expect((await read(id)).deeds).toMatchObject([{ node: 'n1', state: 'refused', problem: { code: 'protected' }, operation: null }])
    await look()
    await runDueDeeds(complain)
    expect((await read(id)).deeds[0]).toMatchObject({ node: 'n2', state: 'asked' })
  })

  it('does nothing for one who may no longer, and is disarmed', async () => {
    const userId = await addUser('ada', 'admin')
    const { cookie } = await signIn('ada')
    const { id } = await make()
    await arm(id, 'gpu', { cookie, ...sameOrigin })
    await prisma().user.update({ where: { id: userId }, data: { role: 'operator' } })
    await look()
    await runDueDeeds(complain)
    expect(await read(id)).toMatchObject({ armed: null, deeds: [{ state: 'refused', problem: { code: 'owner-gone' } }] })
    expect(await audit('budget-disarm')).toMatchObject({ actor: 'ada', target: 'the rack', detail: { code: 'owner-gone' } })
    expect(await prisma().operation.count()).toBe(0)
  })

  it('armed again with another list, it asks for nothing of the old one', async () => {
    const { id } = await make()
    await arm(id)
    await look()
    await send('PATCH', `/api/budgets/${id}`, { acts: [rack.acts[1]] })
    await arm(id)
    await runDueDeeds(complain)
    expect(await prisma().operation.count()).toBe(0)
    expect((await read(id)).deeds).toMatchObject([{ node: 'n1', state: 'due' }])
    await prisma().budgetDeed.updateMany({ data: { decidedAt: new Date(Date.now() - 61_000) } })
    await look()
    await look()
    await runDueDeeds(complain)
    expect((await read(id)).deeds).toMatchObject([{ node: 'n2', state: 'asked' }, { node: 'n1', state: 'lapsed' }])
  })

  it('disarmed in time, it asks for nothing more', async () => {
    const { id } = await make()
    await arm(id)
    await look()
    await send('POST', `/api/budgets/${id}/disarm`)
    await runDueDeeds(complain)
    expect(await prisma().operation.count()).toBe(0)
  })
})
