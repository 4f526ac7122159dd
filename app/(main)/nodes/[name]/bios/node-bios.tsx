'use client'

import { BiosTable } from '#components/bios/bios-table.tsx'
import { useNode } from '#components/node/use-node.ts'
import type { BiosAnswer, NodeDetail } from '#lib/api/contract.ts'

/** The settings of a node's BIOS. */
export function NodeBios({ node: first, bios }: { node: NodeDetail; bios: BiosAnswer }) {
  const node = useNode(first)
  return <BiosTable node={node.name} silent={node.bmc.state !== 'ok'} first={bios} />
}
