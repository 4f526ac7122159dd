import type { Budget, BudgetCreate, BudgetDetail, BudgetPatch } from '#lib/api/budgets-contract.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as db from '#lib/db/budgets-asked.ts'
import { prisma } from '#lib/db/client.ts'
import { listNodes } from '#lib/db/nodes.ts'
import type { BudgetState } from '#lib/domain/budget.ts'
import { nodesOfRange, toPlan } from '#lib/domain/budget-plan.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { invalid } from './address.ts'
import { change, demand, refuse } from './permission.ts'
import { readRange } from './select-nodes.ts'

/** Each is looked at every five seconds. */
const mostBudgets = 200
const mostDeeds = 50
const mostPlanned = 500

const nameTaken = (name: string) => new BaseboardError('name-taken', 409, `name: there is a budget ${name} already`)
const unknownBudget = (id: string) => new BaseboardError('unknown-budget', 404, `there is no budget ${id}`)

const iso = (ms: number) => new Date(ms).toISOString()

const toNow = ({ lookedMs, level, sinceMs, overSinceMs, isPassed, hold, total, fullMs }: BudgetState): NonNullable<Budget['now']> => ({
  lookedAt: iso(lookedMs),
  level,
  since: iso(sinceMs),
  overSince: overSinceMs === null ? null : iso(overSinceMs),
  isPassed,
  hold,
  total,
  fullAt: fullMs === null ? null : iso(fullMs),
})

const toBudget = ({ id, name, range, capWatts, warnShare, overSeconds, acts, by, armer, armedMs, state }: db.AskedBudget): Budget => ({
  id,
  name,
  range,
  capWatts,
  warnShare,
  overSeconds,
  acts,
  by,
  armed: armer === null || armedMs === null ? null : { by: armer.by, at: new Date(armedMs).toISOString() },
  now: state === null ? null : toNow(state),
})

async function read(id: string): Promise<db.AskedBudget> {
  const found = await db.findBudget(prisma(), id)
  if (found === null) throw unknownBudget(id)
  return found
}

/** Every budget, by name. */
export async function listBudgets(user: SignedInUser): Promise<Budget[]> {
  await demand(user, 'read')
  return (await db.listBudgets()).map(toBudget)
}

/** One budget, with what it would do now and what it has done. */
export async function readBudget(user: SignedInUser, id: string): Promise<BudgetDetail> {
  await demand(user, 'read')
  const found = await read(id)
  const [nodes, deeds] = [await listNodes(), await db.listDeeds(id, mostDeeds)]
  const nowMs = Date.now()
  const plan = toPlan(found.acts, nodesOfRange(found.range, nodes, nowMs), nodes, nowMs)
  return {
    ...toBudget(found),
    plan: plan.slice(0, mostPlanned).map(({ node, ...entry }) => ({ ...entry, node: node.name })),
    planned: plan.length,
    deeds: deeds.map(({ decidedAt, ...deed }) => ({ ...deed, decidedAt: decidedAt.toISOString() })),
  }
}

/** Ranges may be of nodes to come, so they need only be readable. */
function demandReadable({ range, acts = [] }: BudgetPatch): void {
  if (range !== undefined) readRange(range)
  for (const { nodes } of acts) readRange(nodes)
}

/** Adds a budget, which only tells until it is armed. */
export async function createBudget(user: SignedInUser, request: BudgetCreate): Promise<Budget> {
  const attempt = { action: 'budget-create', target: request.name, detail: { ...request } }
  await demand(user, 'manageBudgets', attempt)
  demandReadable(request)
  return change(async (tx) => {
    if ((await db.countBudgets(tx)) >= mostBudgets) throw new BaseboardError('too-many', 422, `there are ${mostBudgets} budgets already`)
    const id = await db.insertBudget(tx, { ...request, by: user.name })
    if (id === null) throw nameTaken(request.name)
    await record(tx, user, { ...attempt, outcome: 'ok' })
    return toBudget((await db.findBudget(tx, id))!)
  })
}

/** What somebody has armed is what they were shown: another list, cap or set of nodes must be armed anew. */
const disarms = ({ range, capWatts, overSeconds, acts }: BudgetPatch) => [range, capWatts, overSeconds, acts].some((given) => given !== undefined)

/** Changes a budget: what is not named stays. */
export async function changeBudget(user: SignedInUser, id: string, patch: BudgetPatch): Promise<Budget> {
  await demand(user, 'manageBudgets', { action: 'budget-change', target: id, detail: { ...patch } })
  demandReadable(patch)
  return change(async (tx) => {
    const known = await db.lockBudget(tx, id)
    if (known === null) throw unknownBudget(id)
    if (patch.name !== undefined && patch.name !== known.name && (await db.isBudgetName(tx, patch.name))) throw nameTaken(patch.name)
    await db.updateBudget(tx, id, patch)
    const isDisarmed = known.armer !== null && disarms(patch)
    if (isDisarmed) await db.armBudget(tx, id, null)
    await record(tx, user, { action: 'budget-change', target: known.name, outcome: 'ok', detail: { ...patch, ...(isDisarmed ? { disarmed: true } : {}) } })
    return toBudget((await db.findBudget(tx, id))!)
  })
}

/** Removes a budget; operations that it asked for go on. */
export async function removeBudget(user: SignedInUser, id: string): Promise<void> {
  await demand(user, 'manageBudgets', { action: 'budget-remove', target: id })
  await change(async (tx) => {
    const known = await db.lockBudget(tx, id)
    if (known === null) throw unknownBudget(id)
    await db.deleteBudget(tx, id)
    await record(tx, user, { action: 'budget-remove', target: known.name, outcome: 'ok' })
  })
}

/** Lets a budget act in the name of this person, who has typed its range once more. */
export async function armBudget(user: SignedInUser, id: string, typed: string): Promise<Budget> {
  await demand(user, 'manageBudgets', { action: 'budget-arm', target: id })
  const { name, range } = await read(id)
  const attempt = { action: 'budget-arm', target: name }
  if (typed.trim() !== range) return refuse(user, attempt, invalid('range', `is ${range}, and that was not typed`))
  return change(async (tx) => {
    const known = await db.lockBudget(tx, id)
    if (known === null) throw unknownBudget(id)
    if (known.range !== range) throw invalid('range', `is ${known.range} by now`)
    if (known.acts.length === 0) throw invalid('acts', 'are empty: there is nothing that it could do', 422)
    await db.armBudget(tx, id, { by: user.name, byId: user.id, byKind: user.kind })
    await record(tx, user, { ...attempt, outcome: 'ok', detail: { range, capWatts: known.capWatts, overSeconds: known.overSeconds, acts: known.acts } })
    return toBudget((await db.findBudget(tx, id))!)
  })
}

/** Lets a budget only tell. Whoever may switch nodes may stop it from doing so. */
export async function disarmBudget(user: SignedInUser, id: string): Promise<Budget> {
  await demand(user, 'power', { action: 'budget-disarm', target: id })
  return change(async (tx) => {
    const known = await db.lockBudget(tx, id)
    if (known === null) throw unknownBudget(id)
    await db.armBudget(tx, id, null)
    await record(tx, user, { action: 'budget-disarm', target: known.name, outcome: 'ok' })
    return toBudget((await db.findBudget(tx, id))!)
  })
}
