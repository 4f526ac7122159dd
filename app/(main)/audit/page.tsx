import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireUser } from '#lib/auth/current-user.ts'
import { may } from '#lib/domain/permission.ts'
import { AuditTable } from '#components/audit/audit-table.tsx'
import { ExportLinks } from '#components/audit/export-links.tsx'
import { Signed } from '#components/audit/signed.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { EmptyState } from '#components/ui/states.tsx'
import { PageWords } from '../../../i18n/page-words.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('audit')
  return { title: t('title') }
}

export default async function AuditPage() {
  const user = await requireUser()
  const t = await getTranslations('audit')
  const errors = await getTranslations('errors')
  if (!may(user, 'readAudit')) return <EmptyState title={t('title')}>{errors('forbidden')}</EmptyState>
  return (
    <PageWords names={['audit', 'operations']}>
      <PageHeader title={t('title')} sub={t('subtitle')} actions={<ExportLinks />} />
      <Signed />
      <AuditTable />
    </PageWords>
  )
}
