import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { ScheduleList } from '#components/schedules/schedule-list.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { Link } from '#components/ui/link.tsx'
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
    <h1 className="truncate text-title font-semibold">
      <Link href="/operations" className="font-normal text-muted no-underline">
        {operations('title')}
      </Link>
      <span className="text-faint"> / </span>
      {t('title')}
    </h1>
  )
  return (
    <PageWords names={['schedules', 'operations', 'power']}>
      <PageHeader title={title} />
      <ScheduleList first={await listSchedules(user)} role={user.role} />
    </PageWords>
  )
}
