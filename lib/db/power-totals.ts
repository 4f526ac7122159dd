import type { ClientBase } from 'pg'
import type { PowerTotal } from '#lib/domain/power-total-shape.ts'
import type { Database } from './client.ts'

export type PowerTotalRow = Pick<PowerTotal, 'watts' | 'told' | 'silent' | 'off'> & { scope: string }

/** Keeps what sets of nodes draw at a moment. Of one where nothing is told there is nothing to keep: the history has a gap. */
export async function writePowerTotals(client: ClientBase, atMs: number, totals: readonly PowerTotalRow[]): Promise<void> {
  const known = totals.filter(({ told, silent, off }) => told > 0 || (silent === 0 && off > 0))
  if (known.length === 0) return
  await client.query(
    `INSERT INTO "PowerTotal" (scope, at, watts, told, silent, off)
    SELECT scope, to_timestamp($2 / 1000.0), watts, told, silent, off
    FROM jsonb_to_recordset($1::jsonb) AS x (scope text, watts real, told int, silent int, off int) ON CONFLICT DO NOTHING`,
    [JSON.stringify(known.map(({ scope, watts, told, silent, off }) => ({ scope, watts, told, silent, off }))), atMs],
  )
}

/** When totals were kept last, in ms since 1970; null for never. */
export async function readTotalsAt(client: ClientBase): Promise<number | null> {
  const { rows } = await client.query<{ at: Date | null }>('SELECT max(at) AS at FROM "PowerTotal"')
  return rows[0]?.at?.getTime() ?? null
}

export async function purgePowerTotals(db: Database, keepDays: number): Promise<void> {
  await db.pool.query(`DELETE FROM "PowerTotal" WHERE at < now() - $1 * interval '1 day'`, [keepDays])
}
