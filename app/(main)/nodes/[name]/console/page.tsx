import { cookies } from 'next/headers'
import { NoConsole } from '#components/console/no-console.tsx'
import { preferenceCookies, toPreferences } from '#components/console/preferences.ts'
import { requireUser } from '#lib/auth/current-user.ts'
import { readConsole } from '#lib/data/console.ts'
import { readNode } from '#lib/data/nodes.ts'
import { may } from '#lib/domain/permission.ts'
import { PageWords } from '../../../../../i18n/page-words.tsx'
import { NodeConsole } from './node-console.tsx'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const user = await requireUser()
  const name = decodeURIComponent((await params).name)
  const node = await readNode(user, name)
  if (!may(user, 'console')) return <NoConsole role={user.role} />
  const jar = await cookies()
  const preferences = toPreferences(jar.get(preferenceCookies.fontSize)?.value, jar.get(preferenceCookies.screenReader)?.value)
  const { capture } = await readConsole(user, name)
  return (
    <PageWords names={['console', 'power', 'when', 'operations', 'node', 'reason']}>
      <NodeConsole node={node} capture={capture} preferences={preferences} />
    </PageWords>
  )
}
