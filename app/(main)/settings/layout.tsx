import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { requireUser } from '#lib/auth/current-user.ts'
import { SettingsTabs } from '#components/settings/settings-tabs.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { PageWords } from '../../../i18n/page-words.tsx'

export async function generateMetadata() {
  const t = await getTranslations('settings')
  return { title: t('title') }
}

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const { role } = await requireUser()
  const t = await getTranslations('settings')
  return (
    <PageWords names={['settings', 'tokens', 'roleHints', 'account']}>
      <PageHeader title={t('title')} />
      <SettingsTabs role={role} />
      {children}
    </PageWords>
  )
}
