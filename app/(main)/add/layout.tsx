import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { AddTabs } from '#components/add/add-tabs.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { may } from '#lib/domain/permission.ts'
import { PageWords } from '../../../i18n/page-words.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('add')
  return { title: t('title') }
}

export default async function AddLayout({ children }: { children: ReactNode }) {
  if (!may(await requireUser(), 'editNodes')) notFound()
  const t = await getTranslations('add')
  return (
    <PageWords names={['add', 'failure']}>
      <PageHeader title={t('title')} />
      <AddTabs />
      {children}
    </PageWords>
  )
}
