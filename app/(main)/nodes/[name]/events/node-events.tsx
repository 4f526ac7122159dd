'use client'

import { ClearLog } from '#components/events/clear-log.tsx'
import { EventList } from '#components/events/event-list.tsx'
import { ClockNotice } from '#components/node/clock-notice.tsx'
import { useNode } from '#components/node/use-node.ts'
import { watchOperation } from '#components/operations/watched.ts'
import { useUser } from '#components/shell/user-context.tsx'
import type { NodeDetail } from '#lib/api/contract.ts'

/** The logs of one node; clearing one is an operation, which the drawer follows. */
export function NodeEvents({ node: first }: { node: NodeDetail }) {
  const { role } = useUser()
  const { name, bmc } = useNode(first)
  return (
    <EventList
      node={name}
      actions={<ClearLog node={name} role={role} onStarted={watchOperation} />}
      renderNotice={([log]) => log !== undefined && <ClockNotice endpoints={bmc.endpoints} via={log.via} />}
    />
  )
}
