'use client'

import { FirmwareTable } from '#components/firmware/firmware-table.tsx'
import { useNode } from '#components/node/use-node.ts'
import type { InventoryAnswer, NodeDetail } from '#lib/api/contract.ts'

/** The firmware of a node, from its inventory. */
export function NodeFirmware({ node: first, inventory }: { node: NodeDetail; inventory: InventoryAnswer }) {
  const node = useNode(first)
  return <FirmwareTable node={node.name} silent={node.bmc.state !== 'ok'} first={inventory} />
}
