import type { MaintenanceBegin, MaintenanceEnd } from '#lib/api/alerts-contract.ts'
import type { NodesPatched } from '#lib/api/nodes-contract.ts'
import { recordAll } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { lockMaintained, setMaintenance, type MaintainedNode } from '#lib/db/maintenance.ts'
import type { Maintenance } from '#lib/domain/silence.ts'
import { unknownNode } from './nodes.ts'
import { change, demand } from './permission.ts'
import { demandSelection } from './select-nodes.ts'

type Which = Pick<MaintenanceEnd, 'names' | 'range'>

/** Notes that somebody works at these nodes, with a new reason where somebody does already. All of them, or none; each has its row in the audit. */
export async function beginMaintenance(user: SignedInUser, { names, range, reason }: MaintenanceBegin): Promise<NodesPatched> {
  const maintenance = { reason, by: user.name, at: new Date().toISOString() }
  return apply(user, 'maintenance-begin', { names, range }, { reason }, maintenance, (node) => node.maintenance?.reason !== reason)
}

/** Nobody works at these nodes any more. */
export async function endMaintenance(user: SignedInUser, which: MaintenanceEnd): Promise<NodesPatched> {
  return apply(user, 'maintenance-end', which, {}, null, (node) => node.maintenance !== null)
}

async function apply(user: SignedInUser, action: string, { names, range }: Which, detail: Record<string, unknown>, to: Maintenance | null, isOther: (node: MaintainedNode) => boolean): Promise<NodesPatched> {
  const attempt = { action, target: range ?? 'nodes', detail: names === undefined ? detail : { ...detail, names } }
  await demand(user, 'silence', attempt)
  const chosen = names === undefined ? (await demandSelection(user, range!)).map(({ name }) => name) : [...new Set(names)]
  return change(async (tx) => {
    const nodes = await lockMaintained(tx, chosen)
    const found = new Set(nodes.map(({ name }) => name))
    const missing = chosen.find((name) => !found.has(name))
    if (missing !== undefined) throw unknownNode(missing)
    await demand(user, 'silence', attempt, nodes)
    const changed = nodes.filter(isOther)
    await setMaintenance(tx, changed.map(({ id }) => id), to)
    const isChanged = new Set(changed.map(({ name }) => name))
    const changedNames = chosen.filter((name) => isChanged.has(name))
    await recordAll(tx, user, changedNames.map((node) => ({ action, outcome: 'ok', node, detail })))
    return { changed: changedNames, unchanged: chosen.filter((name) => !isChanged.has(name)) }
  })
}
