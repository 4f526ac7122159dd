import { getTranslations } from 'next-intl/server'
import { requireUser } from '#lib/auth/current-user.ts'
import { readNode } from '#lib/data/nodes.ts'
import { may } from '#lib/domain/permission.ts'
import { RedfishBrowser } from '#components/redfish/redfish-browser.tsx'
import { EmptyState } from '#components/ui/states.tsx'
import { PageWords } from '../../../../../i18n/page-words.tsx'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const user = await requireUser()
  const name = decodeURIComponent((await params).name)
  const node = await readNode(user, name)
  const t = await getTranslations('redfish')
  const endpoint = node.bmc.endpoints.find((one) => one.protocol === 'redfish')
  if (!may(user, 'readRedfish', node)) return <EmptyState title={t('noRole')}>{t('noRoleText')}</EmptyState>
  if (endpoint === undefined || endpoint.state === 'absent') return <EmptyState title={t('notSpoken')}>{t('notSpokenText')}</EmptyState>
  return (
    <PageWords names={['redfish', 'failure']}>
      <RedfishBrowser node={name} bmc={`${node.bmc.address}:${endpoint.port}`} mayChange={may(user, 'changeRedfish', node)} mayRecord={may(user, 'recordRedfish', node)} />
    </PageWords>
  )
}
