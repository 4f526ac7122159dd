import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { GroupTable } from '#components/groups/group-table.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { PageWords } from '../../../i18n/page-words.tsx'
import { TitleInFleet } from '../title-in-fleet.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('groups')
  return { title: t('title') }
}

export default async function GroupsPage() {
  await requireUser()
  const t = await getTranslations('groups')
  return (
    <PageWords names={['groups']}>
      <PageHeader title={<TitleInFleet>{t('title')}</TitleInFleet>} sub={t('subtitle')} />
      <GroupTable />
    </PageWords>
  )
}
