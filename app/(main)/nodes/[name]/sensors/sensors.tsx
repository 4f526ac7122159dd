'use client'

import { useNode } from '#components/node/use-node.ts'
import { SensorTable } from '#components/sensors/sensor-table.tsx'
import type { NodeDetail, SensorList } from '#lib/api/contract.ts'

/** Every sensor of the node, grey while its BMC cannot be spoken to. */
export function Sensors({ node: first, sensors }: { node: NodeDetail; sensors: SensorList }) {
  const node = useNode(first)
  return <SensorTable node={node.name} silent={node.bmc.state !== 'ok'} first={sensors} />
}
