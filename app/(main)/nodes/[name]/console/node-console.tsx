'use client'

import { Console } from '#components/console/console.tsx'
import type { ConsolePreferences } from '#components/console/preferences.ts'
import { useNode } from '#components/node/use-node.ts'
import { PowerMenu } from '#components/operations/power-menu.tsx'
import { useUser } from '#components/shell/user-context.tsx'
import type { NodeDetail } from '#lib/api/contract.ts'
import type { CaptureSetting } from '#lib/domain/console.ts'

type Props = { node: NodeDetail; capture: CaptureSetting; preferences: ConsolePreferences }

/** The console tab; a node that is renamed while it is open goes on under its new name. */
export function NodeConsole({ node: first, capture, preferences }: Props) {
  const { role } = useUser()
  const node = useNode(first)
  return <Console node={node.name} role={role} capture={capture} preferences={preferences} power={<PowerMenu targets={[node]} role={role} compact />} />
}
