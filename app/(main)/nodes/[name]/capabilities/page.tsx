import { requireUser } from '#lib/auth/current-user.ts'
import { readNode } from '#lib/data/nodes.ts'
import { PageWords } from '../../../../../i18n/page-words.tsx'
import { NodeCapabilities } from './node-capabilities.tsx'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const user = await requireUser()
  const node = await readNode(user, decodeURIComponent((await params).name))
  return (
    <PageWords names={['capabilities', 'power', 'node', 'failure']}>
      <NodeCapabilities node={node} />
    </PageWords>
  )
}
