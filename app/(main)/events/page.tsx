import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireUser } from '#lib/auth/current-user.ts'
import { EventList } from '#components/events/event-list.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { PageWords } from '../../../i18n/page-words.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('events')
  return { title: t('title') }
}

/** What every BMC of the fleet wrote down, in one list. */
export default async function Page() {
  await requireUser()
  const t = await getTranslations('events')
  return (
    <PageWords names={['events']}>
      <PageHeader title={t('title')} sub={t('subtitle')} />
      <EventList node={null} />
    </PageWords>
  )
}
