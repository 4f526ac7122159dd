import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { OperationList } from '#components/operations/operation-list.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { listOperations } from '#lib/data/operations-read.ts'
import { PageWords } from '../../../i18n/page-words.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('operations')
  return { title: t('title') }
}

export default async function Page() {
  const user = await requireUser()
  const t = await getTranslations('operations')
  const operations = await listOperations(user, {})
  return (
    <PageWords names={['operations']}>
      <PageHeader title={t('title')} />
      <OperationList first={operations} />
    </PageWords>
  )
}
