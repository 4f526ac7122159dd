import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { FleetVersions } from '#components/firmware/fleet-versions.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { PageWords } from '../../../i18n/page-words.tsx'
import { TitleInFleet } from '../title-in-fleet.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('firmware')
  return { title: t('fleet.title') }
}

export default async function FirmwarePage() {
  await requireUser()
  const t = await getTranslations('firmware')
  return (
    <PageWords names={['firmware']}>
      <PageHeader title={<TitleInFleet>{t('fleet.title')}</TitleInFleet>} sub={t('fleet.subtitle')} />
      <FleetVersions />
    </PageWords>
  )
}
