import { requireUser } from '#lib/auth/current-user.ts'
import { listSensors, readNode } from '#lib/data/nodes.ts'
import { Sensors } from './sensors.tsx'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const user = await requireUser()
  const name = decodeURIComponent((await params).name)
  const [node, sensors] = await Promise.all([readNode(user, name), listSensors(user, name)])
  return <Sensors node={node} sensors={sensors} />
}
