import { requireUser } from '#lib/auth/current-user.ts'
import { readFans } from '#lib/data/fans.ts'
import { listSensors, readNode } from '#lib/data/nodes.ts'
import { NodeFans } from './node-fans.tsx'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const user = await requireUser()
  const name = decodeURIComponent((await params).name)
  const [node, fans, sensors] = await Promise.all([readNode(user, name), readFans(user, name), listSensors(user, name)])
  return <NodeFans node={node} fans={fans} sensors={sensors} />
}
