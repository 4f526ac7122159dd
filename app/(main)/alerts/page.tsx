import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { AlertList } from '#components/alerts/alert-list.tsx'
import { Silences } from '#components/alerts/silences.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { Link } from '#components/ui/link.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { listAlerts } from '#lib/data/alerts.ts'
import { may } from '#lib/domain/permission.ts'
import { PageWords } from '../../../i18n/page-words.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('alerts')
  return { title: t('title') }
}

/** What fires now, what was over lately, and what is kept quiet. */
export default async function Page() {
  const user = await requireUser()
  const t = await getTranslations('alerts')
  const mayManage = may(user, 'manageAlerts')
  const maySilence = may(user, 'silence')
  return (
    <PageWords names={['alerts', 'alertMessage', 'failure', 'operations', 'sensors']}>
      <PageHeader title={t('title')} sub={mayManage ? <Link href="/settings/alerts">{t('rules')}</Link> : t('subtitle')} />
      <AlertList first={await listAlerts(user)} mayManage={mayManage} maySilence={maySilence} />
      <Silences mayEdit={maySilence} />
    </PageWords>
  )
}
