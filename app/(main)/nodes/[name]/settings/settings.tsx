'use client'

import { useRouter } from 'next/navigation'
import { NodeSettings } from '#components/node/node-settings.tsx'
import { useNode } from '#components/node/use-node.ts'
import { useUser } from '#components/shell/user-context.tsx'
import type { NodeDetail } from '#lib/api/contract.ts'

/** The settings tab; a renamed node has another address, a removed one none. */
export function Settings({ node: first }: { node: NodeDetail }) {
  const { role } = useUser()
  const router = useRouter()
  const node = useNode(first)
  return (
    <NodeSettings node={node} role={role} onRenamed={(name) => router.replace(`/nodes/${encodeURIComponent(name)}/settings`)} onRemoved={() => router.replace('/')} />
  )
}
