import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { ScheduleList } from '#components/schedules/schedule-list.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { Crumb } from '#components/ui/crumb.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { listSchedules } from '#lib/data/schedules.ts'
import { PageWords } from '../../../../i18n/page-words.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('schedules')
  return { title: t('title') }
}

export default async function Page() {
  const user = await requireUser()
  const t = await getTranslations('schedules')
  const operations = await getTranslations('operations')
  const title = (
    <div className="flex min-w-0 items-baseline gap-x-3">
      <Crumb href="/operations">{operations('title')}</Crumb>
      <h1 className="truncate text-title font-semibold">{t('title')}</h1>
    </div>
  )
  return (
    <PageWords names={['schedules', 'when', 'more', 'operations', 'power']}>
      <PageHeader title={title} />
      <ScheduleList first={await listSchedules(user)} role={user.role} />
    </PageWords>
  )
}
