import type { Schedule, ScheduleCreate, SchedulePatch } from '#lib/api/schedule-contract.ts'
import { operationCreate, type OperationCreate } from '#lib/api/contract.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as db from '#lib/db/schedules.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { toMisfit } from '#lib/domain/operation.ts'
import { actionOf } from '#lib/domain/permission.ts'
import type { ScheduleWhen } from '#lib/domain/schedule.ts'
import { invalid } from './address.ts'
import { change, demand } from './permission.ts'
import { nextTime, nextTimes } from './schedule-times.ts'

const unknownSchedule = (id: string) => new BaseboardError('unknown-schedule', 404, `there is no schedule ${id}`)
const nameTaken = (name: string) => new BaseboardError('name-taken', 409, `name: there is a schedule ${name} already`)

export const requestOf = (row: Pick<db.ScheduleRow, 'request'>): OperationCreate => operationCreate.parse(row.request)

const toSchedule = (row: db.ScheduleRow): Schedule => ({
  id: row.id,
  name: row.name,
  enabled: row.enabled,
  when: row.when,
  request: requestOf(row),
  by: row.by,
  createdAt: row.createdAt.toISOString(),
  nextAt: row.nextAt?.toISOString() ?? null,
  lastAt: row.lastAt?.toISOString() ?? null,
  lastOperation: row.lastOperationId,
  lastProblem: row.lastProblem,
})

/** What the audit keeps: names folded. */
const toDetail = ({ request, ...rest }: Partial<ScheduleCreate>): Record<string, unknown> =>
  request === undefined ? rest : { ...rest, request: { ...request, nodes: request.nodes === undefined ? undefined : foldNames(request.nodes) } }

/** Every schedule, by name. */
export async function listSchedules(user: SignedInUser): Promise<Schedule[]> {
  await demand(user, 'read')
  return (await db.listSchedules()).map(toSchedule)
}

/** The next five times of an expression. Throws `invalid` (400), saying what is wrong with it. */
export async function previewTimes(user: SignedInUser, when: ScheduleWhen): Promise<string[]> {
  await demand(user, 'read')
  return nextTimes(when, new Date(), 5).map((time) => time.toISOString())
}

function demandFuture(when: ScheduleWhen): Date {
  const next = nextTime(when, new Date())
  if (next === null) throw invalid('once' in when ? 'when.once' : 'when.cron', 'is in the past: there is no time to come')
  return next
}

function demandFitting(request: OperationCreate): void {
  const misfit = toMisfit(request)
  if (misfit !== null) throw invalid(`request.${misfit.field}`, misfit.why)
}

const ownerOf = ({ name, id, kind }: SignedInUser) => ({ by: name, byId: id, byKind: kind })

/** Keeps an operation for later. Whether it may be done, and to which nodes, is decided each time anew. */
export async function createSchedule(user: SignedInUser, asked: ScheduleCreate): Promise<Schedule> {
  const attempt = { action: 'schedule-create', target: asked.name, detail: toDetail(asked) }
  await demand(user, actionOf[asked.request.kind], attempt)
  demandFitting(asked.request)
  const nextAt = demandFuture(asked.when)
  return change(async (tx) => {
    const id = await db.insertSchedule(tx, { ...asked, ...ownerOf(user), nextAt: asked.enabled ? nextAt : null })
    if (id === null) throw nameTaken(asked.name)
    await record(tx, user, { ...attempt, outcome: 'ok' })
    return toSchedule((await db.lockSchedule(tx, id))!)
  })
}

/** Changes a schedule. Who may ask for its operation may change it; a change other than switching it off makes it act in their name. */
export async function changeSchedule(user: SignedInUser, id: string, patch: SchedulePatch): Promise<Schedule> {
  const attempt = { action: 'schedule-change', target: id, detail: toDetail(patch) }
  await demand(user, 'power', attempt)
  if (patch.request !== undefined) {
    await demand(user, actionOf[patch.request.kind], attempt)
    demandFitting(patch.request)
  }
  return change(async (tx) => {
    const known = await db.lockSchedule(tx, id)
    if (known === null) throw unknownSchedule(id)
    await demand(user, actionOf[requestOf(known).kind], attempt)
    const isOnlyOff = patch.enabled === false && Object.keys(patch).length === 1
    const enabled = patch.enabled ?? known.enabled
    const nextAt = enabled ? demandFuture(patch.when ?? known.when) : null
    if (patch.name !== undefined && patch.name !== known.name && (await db.listSchedules()).some(({ name }) => name === patch.name)) throw nameTaken(patch.name)
    await db.updateSchedule(tx, id, { ...patch, nextAt, ...(isOnlyOff ? {} : ownerOf(user)) })
    await record(tx, user, { ...attempt, target: known.name, outcome: 'ok' })
    return toSchedule((await db.lockSchedule(tx, id))!)
  })
}

/** Removes a schedule; the operations that it began stay. */
export async function removeSchedule(user: SignedInUser, id: string): Promise<void> {
  await demand(user, 'power', { action: 'schedule-remove', target: id })
  await change(async (tx) => {
    const known = await db.lockSchedule(tx, id)
    if (known === null) throw unknownSchedule(id)
    await demand(user, actionOf[requestOf(known).kind], { action: 'schedule-remove', target: known.name })
    await db.deleteSchedule(tx, id)
    await record(tx, user, { action: 'schedule-remove', target: known.name, outcome: 'ok', detail: toDetail({ name: known.name, when: known.when, request: requestOf(known) }) })
  })
}
