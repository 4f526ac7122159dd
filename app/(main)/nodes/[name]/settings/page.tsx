import { requireUser } from '#lib/auth/current-user.ts'
import { readNode } from '#lib/data/nodes.ts'
import { Settings } from './settings.tsx'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const user = await requireUser()
  return <Settings node={await readNode(user, decodeURIComponent((await params).name))} />
}
