import { alertCondition, type AlertRule } from '#lib/domain/alert-rule.ts'
import type { WatchingRule } from '#lib/domain/alert-look.ts'
import { database, type Database, type Transaction } from './client.ts'

type Row = Omit<AlertRule, 'condition'> & { condition: unknown; since: Date }

const columns = 'id, name, "isOn", range, condition, level, receivers, "repeatSeconds", "tellsOver", since'

/** Rules by name. One whose condition is of a newer version, which this one cannot read, is left out. */
export async function listAlertRules(db: Database = database()): Promise<WatchingRule[]> {
  const { rows } = await db.pool.query<Row>(`SELECT ${columns} FROM "AlertRule" ORDER BY lower(name), name`)
  return rows.flatMap(({ since, condition, ...row }) => {
    const parsed = alertCondition.safeParse(condition)
    return parsed.success ? [{ ...row, condition: parsed.data, sinceMs: since.getTime() }] : []
  })
}

export type RuleEdit = Partial<Omit<AlertRule, 'id'>>

/** Adds a rule; null when the name is taken. */
export async function insertAlertRule(tx: Transaction, rule: Omit<AlertRule, 'id'>): Promise<string | null> {
  const rows = await tx.alertRule.createManyAndReturn({ data: [rule], skipDuplicates: true, select: { id: true } })
  return rows[0]?.id ?? null
}

export type RuleHead = { id: string; name: string; isOn: boolean }

/** Locks a rule for a change. */
export async function lockAlertRule(tx: Transaction, id: string): Promise<RuleHead | null> {
  const rows = await tx.$queryRaw<RuleHead[]>`SELECT id::text, name, "isOn" FROM "AlertRule" WHERE id = ${id}::uuid FOR UPDATE`
  return rows[0] ?? null
}

/** Edits a rule. What is not named stays; one that is switched on watches from now. */
export async function updateAlertRule(tx: Transaction, { id, isOn }: RuleHead, edit: RuleEdit): Promise<void> {
  const since = edit.isOn === true && !isOn ? { since: new Date() } : {}
  await tx.alertRule.updateMany({ where: { id }, data: { ...edit, ...since } })
}

export const isRuleName = async (tx: Transaction, name: string): Promise<boolean> => (await tx.alertRule.count({ where: { name } })) > 0
export const countAlertRules = (tx: Transaction): Promise<number> => tx.alertRule.count()

export async function deleteAlertRule(tx: Transaction, id: string): Promise<void> {
  await tx.alertRule.deleteMany({ where: { id } })
}
