import { requireUser } from '#lib/auth/current-user.ts'
import { readNode } from '#lib/data/nodes.ts'
import { NodeEvents } from './node-events.tsx'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const user = await requireUser()
  return <NodeEvents node={await readNode(user, decodeURIComponent((await params).name))} />
}
