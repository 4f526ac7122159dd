import { randomUUID } from 'node:crypto'
import type { NodeImport, NodePlan, NodeRangeCreate } from '#lib/api/nodes-contract.ts'
import { recordAll, type Deed } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma, type Transaction } from '#lib/db/client.ts'
import { listKnownNodes, lockImports, type KnownNode } from '#lib/db/known-nodes.ts'
import { insertNodes, markAllProbing, moveNodes, putCredentials } from '#lib/db/nodes-write.ts'
import { lockPlaces, updatePlaces } from '#lib/db/places.ts'
import { changedFields } from '#lib/domain/bulk-edit.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { readAddressRule } from './address.ts'
import { openSealer } from './credential.ts'
import { linesOfImport, linesOfRange, toBadLines } from './given-lines.ts'
import { planNodes, type GivenLine, type NodeTask, type Planned, type PlanRules } from './node-plan.ts'
import { changeMany, demand, type Attempt } from './permission.ts'

type Order = { lines: readonly GivenLine[]; rules: Omit<PlanRules, 'demandAllowed'>; dryRun: boolean; skipBad: boolean; attempt: Attempt }

function toPlan(lines: readonly Planned[], isDryRun: boolean): NodePlan {
  const count = (verdict: Planned['verdict']) => lines.filter((line) => line.verdict === verdict).length
  return {
    isDryRun,
    counts: { add: count('add'), change: count('change'), same: count('same'), skip: count('skip'), bad: count('bad') },
    lines: lines.map(({ line, name, address, verdict, fields, problems }) => ({ line, name, address, verdict, fields, problems })),
  }
}

/** What the audit keeps of a line: what it sets, and of a password that it is new. */
function toDeed({ known, name, place, address, protocol, ports, isMoved, credential }: NodeTask): Deed {
  const fields = known === null ? (Object.keys(place) as (keyof typeof place)[]) : changedFields(known, place)
  const bmc = { ...(known === null || isMoved || protocol !== known.protocol ? { address, protocol, ports } : {}), ...(credential === null ? {} : { username: credential.username, password: 'new' }) }
  const detail = { ...Object.fromEntries(fields.map((field) => [field, place[field]])), ...(Object.keys(bmc).length === 0 ? {} : { bmc }) }
  return { action: known === null ? 'node-create' : 'node-change', outcome: 'ok', node: name, detail }
}

async function write(tx: Transaction, tasks: readonly NodeTask[]): Promise<void> {
  const seal = await openSealer()
  const rows = tasks.map((task) => ({ ...task, id: task.known?.id ?? randomUUID() }))
  const added = rows.filter(({ known }) => known === null).map(({ id, name, address, protocol, ports, place }) => ({ id, name, address, protocol, ports, ...place }))
  if (!(await insertNodes(tx, added))) throw new BaseboardError('name-taken', 409, 'nothing was done: somebody has just added a node of one of these names, try again')
  const moved = rows.filter(({ known, isMoved, protocol }) => known !== null && (isMoved || protocol !== known.protocol))
  await moveNodes(tx, moved.map(({ id, address, protocol, ports, known }) => ({ id, address, protocol, ports, sameAddress: address === known!.address })))
  const edited = rows.filter(({ known, place }) => known !== null && changedFields(known, place).length > 0)
  await updatePlaces(tx, edited.map(({ id, name, place }) => ({ id, name, ...place })))
  const credentials = rows.flatMap(({ id, address, ports, credential }) =>
    credential === null ? [] : [{ nodeId: id, username: credential.username, sealed: seal(credential.password, { nodeId: id, address, ports }) }],
  )
  await putCredentials(tx, credentials)
  const probed = rows.filter(({ known, isMoved, protocol, credential }) => known !== null && (isMoved || protocol !== known.protocol || credential !== null))
  await markAllProbing(tx, probed.map(({ id }) => id))
}

/** Plans the lines and, unless it is a dry run, carries them out: all in one transaction, so that nothing is ever half done. */
async function carryOut(user: SignedInUser, { lines, rules, dryRun, skipBad, attempt }: Order): Promise<NodePlan> {
  const demandAllowed = await readAddressRule()
  const plan = (known: readonly KnownNode[]) => planNodes(lines, known, { ...rules, demandAllowed })
  const demandAll = (planned: readonly Planned[]) =>
    demand(user, 'editNodes', attempt, planned.flatMap(({ task }) => (task === null ? [] : [{ name: task.name, groups: task.known?.groups ?? task.place.groups }])))
  if (dryRun) {
    const planned = plan(await listKnownNodes(prisma()))
    await demandAll(planned)
    return toPlan(planned, true)
  }
  return changeMany(async (tx) => {
    await lockImports(tx)
    await lockPlaces(tx, lines.map(({ name }) => name))
    const planned = plan(await listKnownNodes(tx))
    await demandAll(planned)
    const bad = planned.filter(({ verdict }) => verdict === 'bad')
    if (bad.length > 0 && !skipBad) throw toBadLines(bad)
    const tasks = planned.flatMap(({ task }) => (task === null ? [] : [task]))
    if (tasks.length > 0) await write(tx, tasks)
    await recordAll(tx, user, tasks.map(toDeed))
    return toPlan(planned, false)
  })
}

/** Adds and changes nodes by name, from a file. Each line's fate is told; one that is bad stops all unless it is to be skipped. */
export async function importNodes(user: SignedInUser, request: NodeImport): Promise<NodePlan> {
  const attempt = { action: 'node-create', target: 'import' }
  await demand(user, 'editNodes', attempt)
  const { credential, dryRun, skipBad } = request
  return carryOut(user, { lines: linesOfImport(request), rules: { credential, existing: 'change' }, dryRun, skipBad, attempt })
}

/** Adds the nodes of a range. Those that are there already stay as they are. */
export async function createNodeRange(user: SignedInUser, request: NodeRangeCreate): Promise<NodePlan> {
  const attempt = { action: 'node-create', target: request.names }
  await demand(user, 'editNodes', attempt)
  const { dryRun, skipBad } = request
  return carryOut(user, { lines: linesOfRange(request), rules: { credential: undefined, existing: 'skip' }, dryRun, skipBad, attempt })
}
