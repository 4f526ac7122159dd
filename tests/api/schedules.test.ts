import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { nextTimes } from '#lib/data/schedule-times.ts'
import { runDueSchedules } from '#lib/data/schedule-runner.ts'
import { schedule as answer, type Schedule } from '#lib/api/schedule-contract.ts'
import { prisma } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { addNode, addUser, bearer, call, sameOrigin, signIn, withSite } from './fixture.ts'

withDatabase()
const { tokens } = withSite()

const nightly = { cron: '0 3 * * *', timeZone: 'Europe/Berlin' }
const power = { kind: 'power', action: 'On', range: 'n[1-2]' }
const complaints: string[] = []
const complain = (text: string) => complaints.push(text)

const post = (body: unknown, headers: Record<string, string> = bearer(tokens.operator)) => call('/api/schedules', { method: 'POST', headers, body })
const patch = (id: string, body: unknown, headers: Record<string, string> = bearer(tokens.operator)) => call(`/api/schedules/${id}`, { method: 'PATCH', headers, body })
const make = async (body: Record<string, unknown> = {}, headers?: Record<string, string>): Promise<Schedule> =>
  answer.parse(await (await post({ name: 'nightly', when: nightly, request: power, ...body }, headers)).json())
const read = async (id: string) => ((await (await call('/api/schedules', { headers: bearer(tokens.viewer) })).json()) as { schedules: Schedule[] }).schedules.find((one) => one.id === id)!

/** As if the time had come so many ms ago. */
async function makeDue(id: string, agoMs = 1_000): Promise<Date> {
  const dueAt = new Date(Date.now() - agoMs)
  await prisma().schedule.update({ where: { id }, data: { nextAt: dueAt } })
  return dueAt
}

beforeAll(async () => {
  for (const [i, name] of ['n1', 'n2', 'n3'].entries()) expect((await addNode(tokens.admin, name, `10.4.0.${i + 1}`)).status).toBe(201)
})
beforeEach(async () => {
  await prisma().schedule.deleteMany()
  complaints.length = 0
})

describe('a schedule', () => {
  it('is kept with its next time, and is in the audit with what it will ask', async () => {
    const made = await make()
    expect(made).toMatchObject({ name: 'nightly', enabled: true, when: nightly, request: power, by: 'operator', lastAt: null, lastOperation: null })
    expect(new Date(made.nextAt!).getTime()).toBeGreaterThan(Date.now())
    const row = await prisma().audit.findFirstOrThrow({ where: { action: 'schedule-create' }, orderBy: { seq: 'desc' } })
    expect(JSON.parse(row.body)).toMatchObject({ target: 'nightly', outcome: 'ok', detail: { when: nightly, request: power } })
  })

  it.each([
    ['an expression of six fields', { when: { cron: '0 0 3 * * *', timeZone: 'UTC' } }, 'when.cron'],
    ['an expression that is none', { when: { cron: '99 3 * * *', timeZone: 'UTC' } }, 'when.cron'],
    ['a zone that is none', { when: { cron: '0 3 * * *', timeZone: 'Moon/Base' } }, 'when.timeZone'],
    ['a time that is over', { when: { once: '2020-01-01T00:00:00.000Z' } }, 'when.once'],
    ['an expression that never comes', { when: { cron: '0 0 30 2 *', timeZone: 'UTC' } }, 'when.cron'],
    ['an action of another kind', { request: { ...power, action: 'IndicatorOn' } }, 'request.action'],
    ['no nodes', { request: { kind: 'power', action: 'On' } }, 'request.nodes'],
  ])('is refused with %s', async (_, wrong, field) => {
    const refused = await post({ name: 'x', when: nightly, request: power, ...wrong })
    expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ field })])
  })

  it('is for those who may ask for its operation, and its name is one', async () => {
    expect((await post({ name: 'x', when: nightly, request: power }, bearer(tokens.viewer))).status).toBe(403)
    const { id } = await make()
    expect((await post({ name: 'nightly', when: nightly, request: power })).status).toBe(409)
    expect((await patch(id, { enabled: false }, bearer(tokens.viewer))).status).toBe(403)
  })

  it('is switched off by anyone who may, and acts in the name of whoever changes it', async () => {
    const { id } = await make()
    expect(await (await patch(id, { enabled: false }, bearer(tokens.admin))).json()).toMatchObject({ enabled: false, nextAt: null, by: 'operator' })
    expect(await (await patch(id, { enabled: true }, bearer(tokens.admin))).json()).toMatchObject({ enabled: true, nextAt: expect.any(String), by: 'admin' })
    expect((await call(`/api/schedules/${id}`, { method: 'DELETE', headers: bearer(tokens.operator) })).status).toBe(204)
  })
})

describe('when it is due', () => {
  it('is one operation, however many processes look at once', async () => {
    const { id } = await make()
    const dueAt = await makeDue(id)
    await Promise.all(Array.from({ length: 20 }, () => runDueSchedules(complain)))
    const operations = await prisma().operation.findMany({ where: { idempotencyKey: `schedule:${id}:${dueAt.toISOString()}` }, include: { steps: true } })
    expect([operations.length, operations[0]?.by, operations[0]?.steps.map(({ nodeName }) => nodeName)]).toEqual([1, 'operator', ['n1', 'n2']])
    const now = await read(id)
    expect(now).toMatchObject({ lastOperation: operations[0]!.id, lastAt: dueAt.toISOString(), lastProblem: null, enabled: true })
    expect(new Date(now.nextAt!).getTime()).toBeGreaterThan(Date.now())
    expect(complaints).toEqual([])
  })

  it('means by its range what it means then', async () => {
    const { id } = await make({ request: { kind: 'indicator', action: 'IndicatorOn', range: 'lab' } })
    await makeDue(id)
    await runDueSchedules(complain)
    expect((await read(id)).lastProblem).toMatchObject({ code: 'unknown-node' })
    await prisma().node.update({ where: { name: 'n3' }, data: { groups: ['lab'] } })
    await makeDue(id)
    await runDueSchedules(complain)
    const { lastOperation } = await read(id)
    expect((await prisma().step.findMany({ where: { operationId: lastOperation! } })).map(({ nodeName }) => nodeName)).toEqual(['n3'])
  })

  it('is done once and then over, if it was for once', async () => {
    const { id } = await make({ when: { once: new Date(Date.now() + 3_600_000).toISOString() }, request: { kind: 'indicator', action: 'IndicatorOff', nodes: ['n1'] } })
    const dueAt = await makeDue(id)
    await prisma().schedule.update({ where: { id }, data: { once: dueAt } })
    await runDueSchedules(complain)
    expect(await read(id)).toMatchObject({ enabled: false, nextAt: null, lastOperation: expect.any(String) })
  })

  it('is not made up for after Baseboard was away for long, and says so', async () => {
    const { id } = await make()
    await makeDue(id, 3_600_000)
    const before = await prisma().operation.count()
    await runDueSchedules(complain)
    expect(await read(id)).toMatchObject({ lastOperation: null, lastProblem: { code: 'missed' }, enabled: true, nextAt: expect.any(String) })
    expect(await prisma().operation.count()).toBe(before)
    const row = await prisma().audit.findFirstOrThrow({ where: { action: 'schedule-run' }, orderBy: { seq: 'desc' } })
    expect(JSON.parse(row.body)).toMatchObject({ target: 'nightly', outcome: 'failed', detail: { code: 'missed' } })
  })

  it('does nothing for one who may no longer, and waits to be saved by another (checklist 25)', async () => {
    const userId = await addUser('ada', 'operator')
    const { cookie } = await signIn('ada')
    const made = await make({ name: 'of ada' }, { cookie, ...sameOrigin })
    expect(made.by).toBe('ada')
    await prisma().user.update({ where: { id: userId }, data: { role: 'viewer' } })
    await makeDue(made.id)
    const before = await prisma().operation.count()
    await runDueSchedules(complain)
    expect((await read(made.id)).lastProblem).toMatchObject({ code: 'forbidden' })
    await prisma().user.update({ where: { id: userId }, data: { disabled: true } })
    await makeDue(made.id)
    await runDueSchedules(complain)
    expect(await read(made.id)).toMatchObject({ enabled: false, nextAt: null, lastProblem: { code: 'owner-gone' } })
    expect(await prisma().operation.count()).toBe(before)
    expect(await (await patch(made.id, { enabled: true })).json()).toMatchObject({ by: 'operator', enabled: true })
  })

  it('leaves a protected node alone as a person would have to (checklist 58)', async () => {
    const { id } = await make()
    await prisma().node.update({ where: { name: 'n2' }, data: { protected: true } })
    await makeDue(id)
    await runDueSchedules(complain)
    expect((await read(id)).lastProblem).toMatchObject({ code: 'protected', message: expect.stringContaining('n2') })
    await prisma().node.update({ where: { name: 'n2' }, data: { protected: false } })
  })
})

describe('its times', () => {
  const times = (cron: string, timeZone: string, after: string, count = 3) => nextTimes({ cron, timeZone }, new Date(after), count).map((time) => time.toISOString())

  it('follow the clock of the zone over its changes', () => {
    // Berlin: 2027-03-28 has no 02:30, 2027-10-31 has two.
    expect(times('30 3 * * *', 'Europe/Berlin', '2027-03-26T12:00:00Z')).toEqual(['2027-03-27T02:30:00.000Z', '2027-03-28T01:30:00.000Z', '2027-03-29T01:30:00.000Z'])
    expect(times('30 2 * * *', 'Europe/Berlin', '2027-10-30T12:00:00Z', 2)).toHaveLength(2)
    expect(times('0 22 * * 5', 'Asia/Shanghai', '2026-11-29T00:00:00Z', 2)).toEqual(['2026-12-04T14:00:00.000Z', '2026-12-11T14:00:00.000Z'])
  })

  it('are told before it is saved', async () => {
    const told = await call('/api/schedules/times?cron=0%203%20*%20*%20*&timeZone=UTC', { headers: bearer(tokens.viewer) })
    expect(((await told.json()) as { times: string[] }).times).toHaveLength(5)
  })
})
