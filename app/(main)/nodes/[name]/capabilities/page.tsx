import { requireUser } from '#lib/auth/current-user.ts'
import { readInventory } from '#lib/data/inventory.ts'
import { readNode } from '#lib/data/nodes.ts'
import { PageWords } from '../../../../../i18n/page-words.tsx'
import { NodeCapabilities } from './node-capabilities.tsx'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const user = await requireUser()
  const name = decodeURIComponent((await params).name)
  const [node, { inventory }] = await Promise.all([readNode(user, name), readInventory(user, name)])
  return (
    <PageWords names={['capabilities', 'more', 'power', 'node', 'failure', 'reason', 'setup']}>
      <NodeCapabilities node={node} licences={inventory?.parts.filter(({ kind }) => kind === 'licence') ?? []} />
    </PageWords>
  )
}
