import type { OperationCreate } from '#lib/api/contract.ts'
import { record } from '#lib/auth/record.ts'
import * as db from '#lib/db/budgets-asked.ts'
import type { BudgetAct } from '#lib/domain/budget.ts'
import { dueForMs } from '#lib/domain/budget-look.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { may } from '#lib/domain/permission.ts'
import { findOwner } from './acting-for.ts'
import { isDatabaseAway } from './away.ts'
import { createOperation } from './operations.ts'
import { change } from './permission.ts'
import { repeatedly } from './repeatedly.ts'

const lookEveryMs = 2_000

/** What a budget asks for is an operation as a person would ask for it. */
export const toRequest = (act: BudgetAct, node: string): OperationCreate =>
  act.do === 'cap'
    ? { kind: 'power-cap', action: 'SetPowerCap', capWatts: act.watts, nodes: [node] }
    : { kind: 'power', action: 'GracefulShutdown', nodes: [node], ...(act.forceAfterSeconds === null ? {} : { forceAfterSeconds: act.forceAfterSeconds }) }

/**
 * Asks for what a budget has decided, in the name of whoever armed it. The deed is the Idempotency-Key: however many processes ask, and
 * wherever one of them dies in between, it is one operation.
 */
async function runDeed(deed: db.DueDeed): Promise<void> {
  const requestId = `budget ${deed.budgetId}`
  const owner = await findOwner(deed, requestId)
  if (owner === null || !may(owner, 'manageBudgets')) {
    return write(deed, null, new BaseboardError('owner-gone', 403, `${deed.by}, who armed it, may not do so any more: whoever arms it anew is the next`))
  }
  try {
    const { id } = await createOperation(owner, toRequest(deed.act, deed.node), `budget:${deed.id}`)
    await write(deed, id, null)
  } catch (error) {
    if (!(error instanceof BaseboardError)) throw error
    await write(deed, null, error)
  }
}

/** Writes down what became of it, in the audit under the budget's name. A budget whose person is gone is armed no longer. */
async function write(deed: db.DueDeed, operationId: string | null, error: BaseboardError | null): Promise<void> {
  const problem = error === null ? null : { code: error.code, message: error.message }
  const actor = { name: deed.by, kind: deed.byKind, ip: null, requestId: `budget ${deed.budgetId}` }
  await change(async (tx) => {
    if (!(await db.settleDeed(tx, deed.id, problem))) return
    const detail = { act: deed.act, watts: Math.round(deed.watts), capWatts: deed.capWatts, passage: deed.passage, ...problem }
    await record(tx, actor, { action: 'budget-act', target: deed.budget, node: deed.node, outcome: error === null ? 'ok' : 'failed', ...(operationId === null ? {} : { operationId }), detail })
    if (error?.code !== 'owner-gone') return
    await db.armBudget(tx, deed.budgetId, null)
    await record(tx, actor, { action: 'budget-disarm', target: deed.budget, outcome: 'ok', detail: { ...problem } })
  })
}

/** Asks for all that is due. One that fails holds no other up. */
export async function runDueDeeds(complain: (text: string) => void): Promise<void> {
  for (const deed of await db.listDueDeeds(dueForMs / 2)) {
    await runDeed(deed).catch((error: unknown) => {
      if (isDatabaseAway(error)) throw error
      complain(`budget ${deed.budget}: ${error instanceof Error ? error.message : String(error)}`)
    })
  }
}

/** Looks every two seconds whether a budget wants something done. */
export const startBudgets = (complain: (text: string) => void) => repeatedly('budgets', lookEveryMs, () => runDueDeeds(complain), complain)
