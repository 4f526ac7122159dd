'use client'

import { ClearLog } from '#components/events/clear-log.tsx'
import { EventList } from '#components/events/event-list.tsx'
import { watchOperation } from '#components/operations/watched.ts'
import { useUser } from '#components/shell/user-context.tsx'

/** The logs of one node; clearing one is an operation, which the drawer follows. */
export function NodeEvents({ name }: { name: string }) {
  const { role } = useUser()
  return <EventList node={name} actions={<ClearLog node={name} role={role} onStarted={watchOperation} />} />
}
