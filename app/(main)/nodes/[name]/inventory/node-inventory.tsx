'use client'

import { ChangeList } from '#components/events/change-list.tsx'
import { Inventory } from '#components/inventory/inventory.tsx'
import { useNode } from '#components/node/use-node.ts'
import type { InventoryAnswer, NodeDetail } from '#lib/api/contract.ts'

/** What the node is made of; its changes are events, and told as such. */
export function NodeInventory({ node: first, inventory }: { node: NodeDetail; inventory: InventoryAnswer }) {
  const node = useNode(first)
  return <Inventory node={node.name} silent={node.bmc.state !== 'ok'} first={inventory} renderChanges={(changes) => <ChangeList changes={changes} />} />
}
