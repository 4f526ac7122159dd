import { requireUser } from '#lib/auth/current-user.ts'
import { NodeEvents } from './node-events.tsx'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  await requireUser()
  return <NodeEvents name={decodeURIComponent((await params).name)} />
}
