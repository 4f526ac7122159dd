'use client'

import { History } from '#components/chart/history.tsx'
import { FanPanel } from '#components/fans/fan-panel.tsx'
import { ProbeAgain } from '#components/node/probe-again.tsx'
import { useNode } from '#components/node/use-node.ts'
import { useUser } from '#components/shell/user-context.tsx'
import type { NodeDetail, SensorList } from '#lib/api/contract.ts'
import type { FansAnswer } from '#lib/api/fans-contract.ts'
import { may } from '#lib/domain/permission.ts'

/** The fans of a node, grey while its BMC cannot be spoken to. */
export function NodeFans({ node: first, fans, sensors }: { node: NodeDetail; fans: FansAnswer; sensors: SensorList }) {
  const node = useNode(first)
  const { role } = useUser()
  const allowed = { set: may({ role }, 'fans', node), trust: may({ role }, 'trustFans', node) }
  const history = (['fan', 'temperature'] as const).map((kind) => <History key={kind} node={node.name} kind={kind} hours={1} />)
  const probe = may({ role }, 'editNodes', node) ? <ProbeAgain node={node} /> : undefined
  return <FanPanel node={node.name} silent={node.bmc.state !== 'ok'} isProtected={node.protected} may={allowed} first={{ fans, sensors }} history={history} probe={probe} />
}
