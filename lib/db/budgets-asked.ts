import type { BudgetAct, BudgetDeedState, BudgetSettings } from '#lib/domain/budget.ts'
import { budgetAct } from '#lib/domain/budget.ts'
import type { OperationState } from '#lib/domain/operation.ts'
import { ofDeed, toActs, toArming, toState, type Armer, type BudgetRow } from './budgets.ts'
import { database, prisma, type Transaction } from './client.ts'

/** web's side of budgets. */
export type AskedBudget = BudgetRow & { by: string }

type Stored = Awaited<ReturnType<Transaction['budget']['findMany']>>[number]

const toBudget = ({ armedBy, armedById, armedByKind, armedAt, acts, state, ...row }: Stored): AskedBudget => ({
  ...row,
  acts: toActs(acts),
  state: toState(state),
  ...toArming({ armedBy, armedById, armedByKind, armedAt }),
})

/** Budgets by name. */
export async function listBudgets(): Promise<AskedBudget[]> {
  return (await prisma().budget.findMany({ orderBy: { name: 'asc' } })).map(toBudget)
}

export async function findBudget(tx: Transaction, id: string): Promise<AskedBudget | null> {
  const row = await tx.budget.findUnique({ where: { id } })
  return row === null ? null : toBudget(row)
}

/** One, locked for a change. */
export async function lockBudget(tx: Transaction, id: string): Promise<AskedBudget | null> {
  await tx.$queryRaw`SELECT 1 FROM "Budget" WHERE "id" = ${id}::uuid FOR UPDATE`
  return findBudget(tx, id)
}

export const countBudgets = (tx: Transaction): Promise<number> => tx.budget.count()
export const isBudgetName = async (tx: Transaction, name: string): Promise<boolean> => (await tx.budget.count({ where: { name } })) > 0

/** Adds one; null when the name is taken. */
export async function insertBudget(tx: Transaction, budget: BudgetSettings & { by: string }): Promise<string | null> {
  const rows = await tx.budget.createManyAndReturn({ data: [budget], skipDuplicates: true, select: { id: true } })
  return rows[0]?.id ?? null
}

export async function updateBudget(tx: Transaction, id: string, edit: Partial<BudgetSettings>): Promise<void> {
  await tx.budget.updateMany({ where: { id }, data: edit })
}

/** From now on it acts in the name of this one; null: of nobody, and does nothing. */
export async function armBudget(tx: Transaction, id: string, armer: Armer | null): Promise<void> {
  const armed = { armedBy: armer?.by ?? null, armedById: armer?.byId ?? null, armedByKind: armer?.byKind ?? null, armedAt: armer === null ? null : new Date() }
  await tx.budget.updateMany({ where: { id }, data: armed })
}

export async function deleteBudget(tx: Transaction, id: string): Promise<void> {
  await tx.budget.deleteMany({ where: { id } })
}

export type DeedProblem = { code: string; message: string }
export type DeedRow = {
  id: string
  node: string
  act: BudgetAct
  watts: number
  capWatts: number
  by: string
  state: BudgetDeedState
  problem: DeedProblem | null
  decidedAt: Date
  operation: string | null
  operationState: OperationState | null
}

/** What a budget has done last, the newest first. */
export async function listDeeds(budgetId: string, limit: number): Promise<DeedRow[]> {
  const { rows } = await database().pool.query<DeedRow>(
    `SELECT d.id, d."nodeName" AS node, d.act, d.watts, d."capWatts", d.by, CASE WHEN o.id IS NULL THEN d.state ELSE 'asked' END AS state, d.problem, d."decidedAt",
      o.id AS operation, o.state AS "operationState"
    FROM "BudgetDeed" d LEFT JOIN "Operation" o ON ${ofDeed} WHERE d."budgetId" = $1 ORDER BY d."decidedAt" DESC, d.id LIMIT $2`,
    [budgetId, limit],
  )
  return rows.map(({ act, ...row }) => ({ ...row, act: budgetAct.parse(act) }))
}

export type DueDeed = Armer & { id: string; budgetId: string; budget: string; node: string; act: BudgetAct; watts: number; capWatts: number; passage: number }

/** What is to be asked for: decided no longer than this ago, since the budget was armed as it is, in the name of whoever has it armed. */
export async function listDueDeeds(youngerMs: number): Promise<DueDeed[]> {
  const { rows } = await database().pool.query<DueDeed>(
    `SELECT d.id, d."budgetId", b.name AS budget, d."nodeName" AS node, d.act, d.watts, d."capWatts", d.passage, d.by, d."byId", d."byKind"
    FROM "BudgetDeed" d JOIN "Budget" b ON b.id = d."budgetId" AND b."armedById" = d."byId" AND b."armedAt" <= d."decidedAt"
    WHERE d.state = 'due' AND d."decidedAt" > now() - $1 * interval '1 millisecond' ORDER BY d."decidedAt"`,
    [youngerMs],
  )
  return rows.map(({ act, ...row }) => ({ ...row, act: budgetAct.parse(act) }))
}

/** Writes what became of a deed; false when another process has done so. */
export async function settleDeed(tx: Transaction, id: string, problem: DeedProblem | null): Promise<boolean> {
  const count = await tx.$executeRaw`UPDATE "BudgetDeed" SET "state" = ${problem === null ? 'asked' : 'refused'}, "problem" = ${problem === null ? null : JSON.stringify(problem)}::jsonb,
      "endedAt" = CASE WHEN ${problem === null} THEN NULL ELSE now() END
    WHERE "id" = ${id}::uuid AND "state" = 'due'`
  return count === 1
}
