import type { AlertRuleCreate, AlertRulePatch } from '#lib/api/alerts-contract.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as db from '#lib/db/alert-rules.ts'
import type { Transaction } from '#lib/db/client.ts'
import { findReceivers } from '#lib/db/receivers.ts'
import type { WatchingRule } from '#lib/domain/alert-look.ts'
import { isEvent, type AlertRule } from '#lib/domain/alert-rule.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { invalid } from './address.ts'
import { change, demand } from './permission.ts'
import { readRange } from './select-nodes.ts'

/** Each is looked at every ten seconds. */
const mostRules = 100

const nameTaken = (name: string) => new BaseboardError('name-taken', 409, `name: there is a rule ${name} already`)

/** Every rule, by name. */
export async function listAlertRules(user: SignedInUser): Promise<AlertRule[]> {
  await demand(user, 'read')
  return (await db.listAlertRules()).map(toShown)
}

function toShown(watching: WatchingRule): AlertRule {
  const { sinceMs: _, ...rule } = watching
  return rule
}

async function demandReceivers(tx: Transaction, ids: readonly string[] | undefined): Promise<void> {
  if (ids === undefined) return
  const found = new Set((await findReceivers(tx, ids)).map(({ id }) => id))
  const missing = ids.find((id) => !found.has(id))
  if (missing !== undefined) throw invalid('receivers', `there is no receiver ${missing}`)
}

/** Names may be of nodes to come, so a range need only be readable. */
function demandReadable({ range, condition }: Pick<AlertRulePatch, 'range' | 'condition'>): void {
  if (range !== undefined) readRange(range)
  if (condition?.kind === 'sensor' && condition.sensor === null && condition.name === null) throw invalid('condition.name', 'a sensor is named by its kind, its name, or both')
}

const distinct = <T extends { receivers?: string[] | undefined }>(rule: T): T => (rule.receivers === undefined ? rule : { ...rule, receivers: [...new Set(rule.receivers)] })

async function readRule(id: string): Promise<AlertRule> {
  const rule = (await db.listAlertRules()).find((one) => one.id === id)
  if (rule === undefined) throw unknownRule(id)
  return toShown(rule)
}

const unknownRule = (id: string) => new BaseboardError('unknown-rule', 404, `there is no rule ${id}`)

/** Adds a rule; it is looked at at once. */
export async function createAlertRule(user: SignedInUser, request: AlertRuleCreate): Promise<AlertRule> {
  const attempt = { action: 'alert-rule-create', target: request.name }
  await demand(user, 'manageAlerts', attempt)
  demandReadable(request)
  const rule = distinct({ ...request, ...(isEvent(request.condition) ? { repeatSeconds: null, tellsOver: false } : {}) })
  const id = await change(async (tx) => {
    if ((await db.countAlertRules(tx)) >= mostRules) throw new BaseboardError('too-many', 422, `there are ${mostRules} rules already`)
    await demandReceivers(tx, rule.receivers)
    const made = await db.insertAlertRule(tx, rule)
    if (made === null) throw nameTaken(rule.name)
    await record(tx, user, { ...attempt, outcome: 'ok', detail: { ...rule } })
    return made
  })
  return readRule(id)
}

/** Changes a rule: what is not named stays. */
export async function changeAlertRule(user: SignedInUser, id: string, patch: AlertRulePatch): Promise<AlertRule> {
  await demand(user, 'manageAlerts', { action: 'alert-rule-change', target: id })
  demandReadable(patch)
  await change(async (tx) => {
    const rule = await db.lockAlertRule(tx, id)
    if (rule === null) throw unknownRule(id)
    if (patch.name !== undefined && patch.name !== rule.name && (await db.isRuleName(tx, patch.name))) throw nameTaken(patch.name)
    await demandReceivers(tx, patch.receivers)
    await db.updateAlertRule(tx, rule, distinct(patch))
    await record(tx, user, { action: 'alert-rule-change', outcome: 'ok', target: rule.name, detail: { ...patch } })
  })
  return readRule(id)
}

/** Removes a rule with its alerts; nobody is told that they are over. */
export async function removeAlertRule(user: SignedInUser, id: string): Promise<void> {
  await demand(user, 'manageAlerts', { action: 'alert-rule-remove', target: id })
  await change(async (tx) => {
    const rule = await db.lockAlertRule(tx, id)
    if (rule === null) throw unknownRule(id)
    await db.deleteAlertRule(tx, id)
    await record(tx, user, { action: 'alert-rule-remove', outcome: 'ok', target: rule.name })
  })
}
