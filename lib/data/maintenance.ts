import type { MaintenanceBegin, MaintenanceEnd } from '#lib/api/alerts-contract.ts'
import type { NodesPatched } from '#lib/api/nodes-contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { lockMaintained, setMaintenance, type MaintainedNode } from '#lib/db/maintenance.ts'
import type { Maintenance } from '#lib/domain/silence.ts'
import { changeEachNode, type Which } from './each-node.ts'

/** Notes that somebody works at these nodes, with a new reason where somebody does already. All of them, or none; each has its row in the audit. */
export async function beginMaintenance(user: SignedInUser, { reason, ...which }: MaintenanceBegin): Promise<NodesPatched> {
  const maintenance = { reason, by: user.name, at: new Date().toISOString() }
  return maintain(user, 'maintenance-begin', which, { reason }, maintenance, (node) => node.maintenance?.reason !== reason)
}

/** Nobody works at these nodes any more. */
export async function endMaintenance(user: SignedInUser, which: MaintenanceEnd): Promise<NodesPatched> {
  return maintain(user, 'maintenance-end', which, {}, null, (node) => node.maintenance !== null)
}

function maintain(user: SignedInUser, action: string, which: Which, detail: Record<string, unknown>, to: Maintenance | null, isOther: (node: MaintainedNode) => boolean): Promise<NodesPatched> {
  return changeEachNode(user, {
    action,
    needs: 'silence',
    which,
    detail,
    lock: lockMaintained,
    async apply(tx, nodes) {
      const changed = nodes.filter(isOther)
      await setMaintenance(tx, changed.map(({ id }) => id), to)
      return changed
    },
  })
}
