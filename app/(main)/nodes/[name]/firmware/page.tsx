import { requireUser } from '#lib/auth/current-user.ts'
import { readInventory } from '#lib/data/inventory.ts'
import { readNode } from '#lib/data/nodes.ts'
import { NodeFirmware } from './node-firmware.tsx'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const user = await requireUser()
  const name = decodeURIComponent((await params).name)
  const [node, inventory] = await Promise.all([readNode(user, name), readInventory(user, name)])
  return <NodeFirmware node={node} inventory={inventory} />
}
