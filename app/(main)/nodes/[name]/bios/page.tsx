import { requireUser } from '#lib/auth/current-user.ts'
import { readBios } from '#lib/data/inventory.ts'
import { readNode } from '#lib/data/nodes.ts'
import { NodeBios } from './node-bios.tsx'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const user = await requireUser()
  const name = decodeURIComponent((await params).name)
  const [node, bios] = await Promise.all([readNode(user, name), readBios(user, name)])
  return <NodeBios node={node} bios={bios} />
}
