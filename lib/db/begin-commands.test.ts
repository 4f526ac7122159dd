import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { prisma } from '#lib/db/client.ts'
import { operate } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'
import { readAudit } from './audit.ts'
import { beginCommands, type CommandIntent } from './begin-commands.ts'
import { endOrphans, stopForbidden } from './end-steps.ts'
import { finishSteps } from './finish-steps.ts'
import { stopOperation } from './operations.ts'
import { findOperation, listStepsOf } from './operations-read.ts'
import { listReleasable, releaseSteps } from './release.ts'
import { listSteps, type StepWork } from './steps.ts'

/** What the database itself holds of an operation, whatever conductor asks: no conductor is running here. */

const test = withDatabase()
const me = randomUUID()
const names = ['n1', 'n2', 'n3', 'n4']

beforeAll(async () => {
  for (const name of names) await prisma().node.create({ data: { name, address: '10.0.0.1', protocol: 'ipmi', ownerId: me, ownerEpoch: 3 } })
})
beforeEach(async () => {
  await prisma().operation.deleteMany({})
  await prisma().node.updateMany({ data: { protected: false, ownerId: me, ownerEpoch: 3 } })
})

async function released(action: 'ForceOff' | 'PowerCycle' = 'ForceOff'): Promise<{ id: string; steps: StepWork[] }> {
  const id = await operate(action, names)
  await releaseSteps(test.db, id)
  return { id, steps: await listSteps(test.db, me) }
}

function intentOf(step: StepWork, changes: Partial<CommandIntent> = {}): CommandIntent {
  const audit = { actor: 'ada', actorKind: 'person', ip: null, requestId: null, action: 'power', node: step.nodeName, target: step.action, outcome: 'intent', operationId: step.operationId, detail: {} } as const
  return { step, owner: { conductorId: me, epoch: 3 }, command: 'ForceOff', sentBefore: 0, completes: false, before: 'on', baseline: {}, perMinute: 12, audit, ...changes }
}

const intents = async (id: string) => (await readAudit({ action: 'power', outcome: 'intent', limit: 100 })).filter((row) => row.operationId === id).map((row) => row.node).toReversed()
const statesOf = async (id: string) => (await listStepsOf(id, { order: 'position', limit: 10 })).steps.map((step) => step.state)
const outcome = { state: 'verified', before: 'on', after: 'off', afterAt: new Date(), evidence: 'read back off', error: null } as const

describe('intents that are committed together (checklist 47)', () => {
  it('are answered one by one, and stand in the audit in their order', async () => {
    const { id, steps } = await released()
    await prisma().node.update({ where: { name: 'n2' }, data: { protected: true } })
    await prisma().node.update({ where: { name: 'n3' }, data: { ownerEpoch: 4 } })
    expect(await beginCommands(test.db, steps.map((step) => intentOf(step)))).toEqual(['committed', 'protected', 'not-ours', 'committed'])
    expect(await intents(id)).toEqual(['n1', 'n4'])
    expect(await statesOf(id)).toEqual(['sending', 'queued', 'queued', 'sending'])
    expect(await beginCommands(test.db, steps.map((step) => intentOf(step)))).toEqual(['not-ours', 'protected', 'not-ours', 'not-ours'])
    expect(await intents(id)).toEqual(['n1', 'n4'])
  })

  it('are none when the audit cannot be written', async () => {
    const { id, steps } = await released()
    await test.db.pool.query('ALTER FUNCTION audit_append(text) RENAME TO audit_append_away')
    await expect(beginCommands(test.db, steps.map((step) => intentOf(step)))).rejects.toThrow()
    await test.db.pool.query('ALTER FUNCTION audit_append_away(text) RENAME TO audit_append')
    expect(await statesOf(id)).toEqual(['queued', 'queued', 'queued', 'queued'])
  })

  it('are not for a step that was not released', async () => {
    const id = await operate('ForceOff', names)
    await test.db.pool.query(`UPDATE "Step" SET "releasedAt" = now()`)
    const steps = await listSteps(test.db, me)
    await test.db.pool.query(`UPDATE "Step" SET "releasedAt" = NULL`)
    expect(await beginCommands(test.db, [intentOf(steps[0]!)])).toEqual(['not-ours'])
    expect(await intents(id)).toEqual([])
  })

  it('keep what a BMC said that no database takes', async () => {
    const { steps } = await released()
    expect(await beginCommands(test.db, [intentOf(steps[0]!, { baseline: { restartCause: 'a\0b\ud800' } })])).toEqual(['committed'])
    const error = { code: 'odd', message: 'n1: a\0b\ud800' }
    await finishSteps(test.db, [{ step: steps[0]!, outcome: { ...outcome, evidence: 'x\0', error }, audit: null }])
  })
})

describe('an abort', () => {
  it('that is being written is waited for, and nothing begins after it', async () => {
    const { id, steps } = await released()
    let begun: Promise<unknown> | undefined
    await prisma().$transaction(async (tx) => {
      await stopOperation(tx, id, 'aborted', 'ada')
      begun = beginCommands(test.db, steps.map((step) => intentOf(step)))
      await new Promise((resolve) => setTimeout(resolve, 200))
    })
    expect(await begun).toEqual(['stopped', 'stopped', 'stopped', 'stopped'])
    expect(await intents(id)).toEqual([])
    expect(await listReleasable(test.db)).toEqual([])
    expect(await endOrphans(test.db)).toBe(4)
    expect(await findOperation(id)).toMatchObject({ state: 'aborted', counts: { aborted: 4 } })
  })

  it('leaves what is on its way: it is read back, and a half-done cycle is completed', async () => {
    const { id, steps } = await released('PowerCycle')
    await beginCommands(test.db, [intentOf(steps[0]!)])
    await prisma().$transaction((tx) => stopOperation(tx, id, 'aborted', 'ada'))
    expect(await endOrphans(test.db)).toBe(3)
    expect(await statesOf(id)).toEqual(['sending', 'aborted', 'aborted', 'aborted'])
    const second = { command: 'On', sentBefore: 1 } as const
    expect(await beginCommands(test.db, [intentOf(steps[0]!, { ...second, completes: false })])).toEqual(['stopped'])
    expect(await beginCommands(test.db, [intentOf(steps[0]!, { ...second, completes: true })])).toEqual(['committed'])
    await finishSteps(test.db, [{ step: steps[0]!, outcome, audit: intentOf(steps[0]!).audit }])
    expect(await findOperation(id)).toMatchObject({ state: 'aborted', counts: { verified: 1, aborted: 3 } })
  })

  it('that comes when all is done changes nothing', async () => {
    const { id, steps } = await released()
    await finishSteps(test.db, steps.map((step) => ({ step, outcome, audit: intentOf(step).audit })))
    await prisma().$transaction((tx) => stopOperation(tx, id, 'aborted', 'ada'))
    expect(await endOrphans(test.db)).toBe(0)
    expect(await findOperation(id)).toMatchObject({ state: 'succeeded', counts: { verified: 4 } })
  })
})

describe('an operation that nobody had in view', () => {
  const unseenFor = (minutes: number) => test.db.pool.query(`UPDATE "Operation" SET "lookedAt" = now() - make_interval(mins => $1)`, [minutes])

  it.each([
    [9, 'running'],
    [11, 'aborted'],
  ])('for %i minutes is %s', async (minutes, state) => {
    const id = await operate('ForceOff', names)
    await unseenFor(minutes)
    await stopForbidden(test.db)
    await endOrphans(test.db)
    expect(await findOperation(id)).toMatchObject({ state })
    const { rows } = await test.db.pool.query<{ seen: boolean }>(`SELECT "lookedAt" > now() - interval '1 minute' AS seen FROM "Operation"`)
    expect(rows[0]!.seen).toBe(true)
    if (state === 'running') return
    expect((await listStepsOf(id, { order: 'position', limit: 1 })).steps[0]).toMatchObject({ error: { code: 'stalled' }, commands: [] })
    expect((await readAudit({ action: 'operation-stop', limit: 1 }))[0]).toMatchObject({ operationId: id, detail: { reason: 'stalled', nodes: 'n1,n2,n3,n4' } })
  })
})

describe('a node that is removed', () => {
  it('leaves its step aborted, or unknown when something was sent', async () => {
    for (const name of ['gone1', 'gone2']) await prisma().node.create({ data: { name, address: '10.0.0.1', protocol: 'ipmi', ownerId: me, ownerEpoch: 3 } })
    const id = await operate('ForceOff', ['gone1', 'gone2'])
    await releaseSteps(test.db, id)
    const [first] = await listSteps(test.db, me)
    await beginCommands(test.db, [intentOf(first!)])
    await prisma().node.deleteMany({ where: { name: { startsWith: 'gone' } } })
    expect(await endOrphans(test.db)).toBe(2)
    expect((await listStepsOf(id, { order: 'position', limit: 10 })).steps).toMatchObject([
      { node: 'gone1', state: 'unknown', error: { code: 'node-gone' } },
      { node: 'gone2', state: 'aborted', error: { code: 'node-gone' } },
    ])
    expect(await findOperation(id)).toMatchObject({ state: 'failed', nodes: 'gone1,gone2' })
  })
})
