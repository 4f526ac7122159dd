import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fansAnswer, fansForManyAnswer } from '#lib/api/fans-contract.ts'
import { prisma } from '#lib/db/client.ts'
import type { FanControl } from '#lib/domain/fan.ts'
import { toSends } from '#lib/domain/fan-policy.ts'
import { sampleControl } from '#lib/domain/testing/fan-control.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()

const reading = { takenAt: '2026-11-30T03:00:00.000Z', mode: 'standard', fans: [], duties: {}, switches: {}, unread: [], temperatures: [] }
const handle = { sensors: ['cpu'], limitC: 85, letGo: 'automatic' }
const fixed = { kind: 'fixed', zones: { 0: 40, 1: 40 }, ...handle }
const put = (name: string, body: unknown, token = tokens.operator) => call(`/api/nodes/${name}/fans`, { method: 'PATCH', headers: bearer(token), body })
const errorOf = async (answer: Response) => {
  const { code, message } = (await answer.json()) as Record<string, string>
  return { status: answer.status, code, message }
}
const rows = async () => (await prisma().audit.findMany({ where: { action: 'fan-policy' }, orderBy: { seq: 'asc' } })).map(({ body }) => JSON.parse(body) as Record<string, unknown>)

async function setControl(name: string, control: FanControl | null, more: Record<string, unknown> = {}): Promise<void> {
  const capabilities = { fans: { can: control !== null, values: [], ...(control === null ? {} : { control }), ...more } }
  await prisma().node.update({ where: { name }, data: { capabilities } })
}

beforeAll(async () => {
  for (const [i, name] of ['n1', 'n2', 'n3'].entries()) await addNode(tokens.admin, name, `10.4.0.${i + 1}`)
  const { id } = await prisma().node.findUniqueOrThrow({ where: { name: 'n1' } })
  const temperatures = [{ key: 'cpu', name: 'CPU', celsius: 51 }]
  await test.db.pool.query(`INSERT INTO "Snapshot" ("nodeId", facet, "takenAt", data) VALUES ($1, 'fans', now(), $2)`, [id, JSON.stringify({ ...reading, temperatures })])
})
beforeEach(async () => {
  await prisma().fanPolicy.deleteMany()
  for (const name of ['n1', 'n2']) await setControl(name, sampleControl)
  await setControl('n3', null, { reason: 'this firmware refuses it (0xd4)' })
  await prisma().node.updateMany({ data: { protected: false } })
})

describe('the fans of a node', () => {
  it('are read with what its BMC takes, and why it takes nothing', async () => {
    const read = async (name: string) => fansAnswer.parse(await (await call(`/api/nodes/${name}/fans`, { headers: bearer(tokens.viewer) })).json())
    expect(await read('n1')).toMatchObject({ control: sampleControl, why: null, refusal: null, reading: { mode: 'standard' }, standing: null })
    expect(await read('n3')).toMatchObject({ control: null, why: 'this firmware refuses it (0xd4)' })
  })

  it('are asked for something by whoever may, each time as a new version, and the audit has it', async () => {
    const answer = await put('n1', { policy: fixed })
    expect(answer.status).toBe(202)
    expect(fansAnswer.parse(await answer.json()).standing).toMatchObject({ policy: fixed, setBy: 'operator', isBegun: false, state: 'waiting', holding: false })
    await put('n1', { policy: { kind: 'automatic' } })
    expect(await prisma().fanPolicy.findMany({ select: { version: true, policy: true } })).toEqual([{ version: 2, policy: { kind: 'automatic' } }])
    expect((await rows()).slice(-2)).toMatchObject([
      { actor: 'operator', node: 'n1', target: 'fixed', outcome: 'ok', detail: { policy: fixed } },
      { target: 'automatic', outcome: 'ok' },
    ])
  })

  it.each([
    ['n1', { ...fixed, zones: { 0: 19, 1: 40 } }, 400, '20 % is the least that these fans may be set to, not 19 %'],
    ['n1', { ...fixed, zones: { 0: 40 } }, 400, 'zone Peripheral needs a duty too'],
    ['n1', { ...fixed, zones: { 0: 40, 1: 40, 2: 40 } }, 400, 'these fans have no zone 2'],
    ['n1', { ...fixed, sensors: ['fan1'] }, 400, 'there is no temperature fan1'],
    ['n2', fixed, 400, 'its fans have not been read yet'],
    ['n1', { kind: 'mode', mode: 'full' }, 400, 'Full needs a duty'],
    ['n1', { kind: 'mode', mode: 'silent' }, 400, 'these fans have no mode silent'],
    ['n3', { kind: 'automatic' }, 409, 'n3: this firmware refuses it (0xd4)'],
  ])('of %s are not asked for what they do not take: %j', async (name, policy, status, message) => {
    expect(await errorOf(await put(name, { policy }))).toMatchObject({ status, message: expect.stringContaining(message) })
    expect(await prisma().fanPolicy.count()).toBe(0)
    expect((await rows()).at(-1)).toMatchObject({ node: name, outcome: 'refused' })
  })

  it.each([
    ['a duty above 100', { ...fixed, zones: { 0: 101, 1: 40 } }],
    ['no zone', { ...fixed, zones: {} }],
    ['no sensor', { ...fixed, sensors: [] }],
    ['no limit to speak of', { ...fixed, limitC: 300 }],
    ['a curve of one point', { kind: 'curve', ...handle, hysteresisC: 3, zones: { 0: [{ celsius: 40, percent: 30 }] } }],
  ])('are asked for nothing by %s', async (_, policy) => {
    expect((await put('n1', { policy })).status).toBe(400)
  })

  it('of a protected node are only given back to its BMC', async () => {
    await prisma().node.update({ where: { name: 'n1' }, data: { protected: true } })
    expect(await errorOf(await put('n1', { policy: fixed }, tokens.admin))).toMatchObject({ status: 409, code: 'protected' })
    expect((await put('n1', { policy: { kind: 'automatic' } })).status).toBe(202)
  })
})

describe('an unverified profile', () => {
  const unverified: FanControl = { ...sampleControl, grade: 'C' }
  beforeEach(() => setControl('n1', unverified))

  it('needs an administrator, who says which one was read', async () => {
    expect(await errorOf(await put('n1', { policy: fixed }))).toMatchObject({ status: 409, code: 'unverified' })
    expect(await errorOf(await put('n1', { policy: fixed, consent: unverified.profile }))).toMatchObject({ status: 403, code: 'forbidden' })
    expect(await errorOf(await put('n1', { policy: fixed, consent: 'another' }, tokens.admin))).toMatchObject({ status: 409, code: 'selection-changed' })
    expect(await prisma().fanPolicy.count()).toBe(0)
    expect((await put('n1', { policy: fixed, consent: unverified.profile }, tokens.admin)).status).toBe(202)
    expect((await rows()).at(-1)).toMatchObject({ actor: 'admin', detail: { trusted: unverified.profile, sends: toSends(unverified) } })
  })

  it('stays turned on for the node, as long as it sends the same', async () => {
    await put('n1', { policy: fixed, consent: unverified.profile }, tokens.admin)
    expect((await put('n1', { policy: fixed })).status).toBe(202)
    await setControl('n1', { ...unverified, sendings: [{ purpose: 'automatic', sends: ['30 45 01 02'] }] })
    expect(await errorOf(await put('n1', { policy: fixed }))).toMatchObject({ code: 'unverified' })
  })
})

describe('the fans of many nodes', () => {
  const post = (body: unknown, token = tokens.operator) => call('/api/fans', { method: 'POST', headers: bearer(token), body })

  it('are asked for where they can, and the others are named', async () => {
    await prisma().node.update({ where: { name: 'n2' }, data: { protected: true } })
    const answer = await post({ range: 'n[1-3]', policy: { kind: 'mode', mode: 'standard' } })
    expect([answer.status, fansForManyAnswer.parse(await answer.json())]).toEqual([
      202,
      {
        asked: ['n1'],
        refused: [
          { node: 'n2', code: 'protected', message: expect.stringContaining('protected') },
          { node: 'n3', code: 'not-supported', message: 'n3: this firmware refuses it (0xd4)' },
        ],
      },
    ])
    expect((await rows()).slice(-3)).toMatchObject([{ node: 'n1', outcome: 'ok' }, { node: 'n2', outcome: 'refused' }, { node: 'n3', outcome: 'refused' }])
    expect(await prisma().fanPolicy.count()).toBe(1)
  })

  it('need a name or a range that is there', async () => {
    expect((await post({ policy: { kind: 'automatic' } })).status).toBe(400)
    expect((await post({ names: ['n9'], policy: { kind: 'automatic' } })).status).toBe(404)
    expect((await post({ names: ['n1'], policy: { kind: 'automatic' } }, tokens.viewer)).status).toBe(403)
    expect((await post({ names: ['n1'], policy: fixed })).status).toBe(400)
  })
})
