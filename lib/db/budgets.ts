import type { ClientBase } from 'pg'
import * as z from 'zod/mini'
import { budgetAct, budgetState, type BudgetDeed, type BudgetDeedState, type BudgetSettings, type BudgetState } from '#lib/domain/budget.ts'
import type { PlanEntry } from '#lib/domain/budget-plan.ts'
import type { KeptTotal } from '#lib/domain/budget-trend.ts'
import type { Database } from './client.ts'
import { toJsonText } from './json-text.ts'

/** The conductor's side of budgets, over the connection that has the duty. */
export type Armer = { by: string; byId: string; byKind: 'person' | 'token' }
export type BudgetRow = BudgetSettings & { id: string; armer: Armer | null; armedMs: number | null; state: BudgetState | null }

type Stored = Omit<BudgetSettings, 'acts'> & { id: string; acts: unknown; state: unknown; armedBy: string | null; armedById: string | null; armedByKind: string | null; armedAt: Date | null }

/** A state that another version has left is none, and a list that it has left is empty: nothing is done that cannot be read. */
export const toState = (state: unknown): BudgetState | null => budgetState.safeParse(state).data ?? null
export const toActs = (acts: unknown): BudgetSettings['acts'] => z.array(budgetAct).safeParse(acts).data ?? []
export function toArming({ armedBy, armedById, armedByKind, armedAt }: Pick<Stored, 'armedBy' | 'armedById' | 'armedByKind' | 'armedAt'>): Pick<BudgetRow, 'armer' | 'armedMs'> {
  if (armedBy === null || armedById === null || armedAt === null) return { armer: null, armedMs: null }
  return { armer: { by: armedBy, byId: armedById, byKind: armedByKind === 'token' ? 'token' : 'person' }, armedMs: armedAt.getTime() }
}

/** The operation of a deed is known by its key: however web ended, there is one or none. */
export const ofDeed = `o."byId" = d."byId" AND o."idempotencyKey" = 'budget:' || d.id`

export async function readBudgets(client: Pick<ClientBase, 'query'>): Promise<BudgetRow[]> {
  const { rows } = await client.query<Stored>(
    `SELECT id, name, range, "capWatts", "warnShare", "overSeconds", acts, state, "armedBy", "armedById", "armedByKind", "armedAt" FROM "Budget" ORDER BY lower(name), name`,
  )
  return rows.map(({ armedBy, armedById, armedByKind, armedAt, acts, state, ...row }) => ({ ...row, acts: toActs(acts), state: toState(state), ...toArming({ armedBy, armedById, armedByKind, armedAt }) }))
}

/** The deeds of the present passage of each budget and of the one before, whose last may not be over yet, in the order in which they were decided. */
export async function readDeeds(client: ClientBase): Promise<Map<string, (BudgetDeed & { id: string })[]>> {
  type Row = { id: string; budgetId: string; passage: number; line: number; nodeId: string; state: BudgetDeedState; decidedAt: Date; endedAt: Date | null }
  const { rows } = await client.query<Row>(
    `SELECT d.id, d."budgetId", d.passage, d.line, d."nodeId", d."decidedAt", CASE WHEN o.id IS NULL THEN d.state ELSE 'asked' END AS state,
      CASE WHEN o.id IS NOT NULL THEN o."finishedAt" WHEN d.state = 'asked' THEN d."decidedAt" ELSE d."endedAt" END AS "endedAt"
    FROM "BudgetDeed" d JOIN "Budget" b ON b.id = d."budgetId" AND d.passage >= (b.state ->> 'passage')::int - 1
      LEFT JOIN "Operation" o ON ${ofDeed} ORDER BY d."decidedAt", d.id`,
  )
  const byBudget = new Map<string, (BudgetDeed & { id: string })[]>()
  for (const { budgetId, decidedAt, endedAt, ...row } of rows) {
    const deed = { ...row, decidedMs: decidedAt.getTime(), endedMs: endedAt?.getTime() ?? null }
    const known = byBudget.get(budgetId)
    if (known === undefined) byBudget.set(budgetId, [deed])
    else known.push(deed)
  }
  return byBudget
}

/** What a look at all of them came to, in one statement. */
export async function writeBudgetStates(client: ClientBase, states: readonly { id: string; state: BudgetState }[]): Promise<void> {
  await client.query('UPDATE "Budget" b SET state = x.state FROM jsonb_to_recordset($1::jsonb) AS x (id uuid, state jsonb) WHERE b.id = x.id', [toJsonText(states)])
}

/** Writes down what is to be done, for web to ask. Once per passage, line and node; only what has lapsed may be wanted again. */
export async function insertDeed(client: ClientBase, { id, capWatts, armer }: BudgetRow, { passage, lookedMs, total }: BudgetState, { line, node, act }: PlanEntry): Promise<void> {
  await client.query(
    `INSERT INTO "BudgetDeed" ("budgetId", passage, line, "nodeId", "nodeName", act, watts, "capWatts", by, "byId", "byKind", "decidedAt")
    SELECT b.id, $2, $3, $4, $5, $6, $7, $8, b."armedBy", b."armedById", b."armedByKind", to_timestamp($9 / 1000.0) FROM "Budget" b WHERE b.id = $1 AND b."armedById" = $10
    ON CONFLICT ("budgetId", passage, line, "nodeId") DO UPDATE SET (state, act, watts, "capWatts", by, "byId", "byKind", "decidedAt") =
      ROW ('due', excluded.act, excluded.watts, excluded."capWatts", excluded.by, excluded."byId", excluded."byKind", excluded."decidedAt") WHERE "BudgetDeed".state = 'lapsed'`,
    [id, passage, line, node.id, node.name, toJsonText(act), total.watts, capWatts, lookedMs, armer?.byId],
  )
}

/** Web did not ask in time, and nothing was asked by its key. */
export async function lapseDeed(client: ClientBase, deedId: string): Promise<void> {
  await client.query(`UPDATE "BudgetDeed" d SET state = 'lapsed' WHERE id = $1 AND state = 'due' AND NOT EXISTS (SELECT 1 FROM "Operation" o WHERE ${ofDeed})`, [deedId])
}

/** The totals that were kept since a moment, by their scope, oldest first. */
export async function readKept(client: ClientBase, scopes: readonly string[], sinceMs: number): Promise<Map<string, KeptTotal[]>> {
  const { rows } = await client.query<{ scope: string; at: Date; watts: number; told: number; silent: number }>(
    'SELECT scope, at, watts, told, silent FROM "PowerTotal" WHERE scope = ANY($1) AND at >= to_timestamp($2 / 1000.0) ORDER BY at',
    [scopes, sinceMs],
  )
  const byScope = new Map<string, KeptTotal[]>()
  for (const { scope, at, ...row } of rows) {
    const total = { ...row, atMs: at.getTime() }
    const known = byScope.get(scope)
    if (known === undefined) byScope.set(scope, [total])
    else known.push(total)
  }
  return byScope
}

export async function purgeDeeds(db: Database, keepDays: number): Promise<void> {
  await db.pool.query(
    `DELETE FROM "BudgetDeed" d USING "Budget" b WHERE b.id = d."budgetId" AND d."decidedAt" < now() - $1 * interval '1 day' AND d.passage < (b.state ->> 'passage')::int - 1`,
    [keepDays],
  )
}
