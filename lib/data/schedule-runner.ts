import { record } from '#lib/auth/record.ts'
import { listDueSchedules, turnSchedule, type ScheduleRow, type Turn } from '#lib/db/schedules.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { missedAfterMs } from '#lib/domain/schedule.ts'
import { findOwner } from './acting-for.ts'
import { isDatabaseAway } from './away.ts'
import { createOperation } from './operations.ts'
import { change } from './permission.ts'
import { repeatedly } from './repeatedly.ts'
import { nextTime } from './schedule-times.ts'
import { requestOf } from './schedules.ts'

const lookEveryMs = 2_000

const ended = (error: BaseboardError) => ({ lastOperationId: null, lastProblem: { code: error.code, message: error.message } })

/**
 * Asks for the operation that is due. The time that it is due is its Idempotency-Key: however many processes ask, and wherever one of them
 * dies in between, it is one operation.
 */
async function runSchedule(row: ScheduleRow, dueAt: Date, now: Date): Promise<void> {
  const nextAt = nextTime(row.when, now)
  const turn = (outcome: Pick<Turn, 'lastOperationId' | 'lastProblem'>, isOver = false) => write(row, dueAt, { ...outcome, nextAt: isOver ? null : nextAt, enabled: !isOver && nextAt !== null })
  if (now.getTime() - dueAt.getTime() > missedAfterMs) {
    return turn(ended(new BaseboardError('missed', 409, `Baseboard was not there at ${dueAt.toISOString()}, and it is not made up for so much later`)))
  }
  const owner = await findOwner(row, `schedule ${row.id}`)
  if (owner === null) return turn(ended(new BaseboardError('owner-gone', 403, `${row.by}, for whom it acted, is not there any more: whoever saves it anew is the next`)), true)
  try {
    const { id } = await createOperation(owner, requestOf(row), `schedule:${row.id}:${dueAt.toISOString()}`)
    await turn({ lastOperationId: id, lastProblem: null })
  } catch (error) {
    if (!(error instanceof BaseboardError)) throw error
    await turn(ended(error))
  }
}

/** Writes down the outcome, with an audit row when it is a problem: an operation has one already. */
async function write(row: ScheduleRow, dueAt: Date, turn: Turn): Promise<void> {
  await change(async (tx) => {
    if (!(await turnSchedule(tx, row.id, dueAt, turn)) || turn.lastProblem === null) return
    const actor = { name: row.by, kind: row.byKind, ip: null, requestId: `schedule ${row.id}` }
    await record(tx, actor, { action: 'schedule-run', target: row.name, outcome: 'failed', detail: { dueAt: dueAt.toISOString(), ...turn.lastProblem } })
  })
}

/** Does all that is due. One that fails holds no other up. */
export async function runDueSchedules(complain: (text: string) => void, now = new Date()): Promise<void> {
  for (const row of await listDueSchedules(now)) {
    await runSchedule(row, row.nextAt!, now).catch((error: unknown) => {
      if (isDatabaseAway(error)) throw error
      complain(`schedule ${row.name}: ${error instanceof Error ? error.message : String(error)}`)
    })
  }
}

/** Looks every two seconds whether something is due. */
export const startSchedules = (complain: (text: string) => void) => repeatedly('schedules', lookEveryMs, () => runDueSchedules(complain), complain)
