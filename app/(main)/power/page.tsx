import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { TotalsPage } from '#components/power/totals-page.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { PageWords } from '../../../i18n/page-words.tsx'
import { TitleInFleet } from '../title-in-fleet.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('totals')
  return { title: t('title') }
}

export default async function PowerPage() {
  const { role } = await requireUser()
  const t = await getTranslations('totals')
  return (
    <PageWords names={['totals', 'budgets', 'alerts']}>
      <PageHeader title={<TitleInFleet>{t('title')}</TitleInFleet>} sub={t('subtitle')} />
      <TotalsPage role={role} />
    </PageWords>
  )
}
