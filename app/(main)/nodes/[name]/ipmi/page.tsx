import { getTranslations } from 'next-intl/server'
import { requireUser } from '#lib/auth/current-user.ts'
import { readNode } from '#lib/data/nodes.ts'
import { may } from '#lib/domain/permission.ts'
import { IpmiByHand } from '#components/ipmi/by-hand.tsx'
import { EmptyState } from '#components/ui/states.tsx'
import { PageWords } from '../../../../../i18n/page-words.tsx'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const user = await requireUser()
  const name = decodeURIComponent((await params).name)
  const node = await readNode(user, name)
  const t = await getTranslations('ipmi')
  const endpoint = node.bmc.endpoints.find(({ protocol }) => protocol === 'ipmi')
  if (!may(user, 'sendIpmi', node)) return <EmptyState title={t('noRole')}>{t('noRoleText')}</EmptyState>
  if (endpoint === undefined || endpoint.state === 'absent') return <EmptyState title={t('notSpoken')}>{t('notSpokenText')}</EmptyState>
  return (
    <PageWords names={['ipmi', 'redfish']}>
      <IpmiByHand node={name} isProtected={node.protected} />
    </PageWords>
  )
}
