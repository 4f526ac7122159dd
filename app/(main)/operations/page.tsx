import { CalendarClock } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toListFilter } from '#components/operations/list-filter.ts'
import { OperationList } from '#components/operations/operation-list.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { ButtonLink } from '#components/ui/link.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { listOperations } from '#lib/data/operations-read.ts'
import { PageWords } from '../../../i18n/page-words.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('operations')
  return { title: t('title') }
}

const toSearchParams = (asked: Record<string, string | string[] | undefined>) =>
  new URLSearchParams(Object.entries(asked).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))

export default async function Page({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const user = await requireUser()
  const t = await getTranslations('operations')
  const schedules = await getTranslations('schedules')
  const operations = await listOperations(user, toListFilter(toSearchParams(await searchParams)))
  return (
    <PageWords names={['operations', 'bootProgress']}>
      <PageHeader
        title={t('title')}
        actions={
          <ButtonLink href="/operations/schedules">
            <CalendarClock size={15} aria-hidden />
            {schedules('title')}
          </ButtonLink>
        }
      />
      <OperationList first={operations} />
    </PageWords>
  )
}
