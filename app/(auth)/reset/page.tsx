import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { OpenLink } from '#components/account/open-link.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('account')
  return { title: t('resetTitle') }
}

export default function ResetPage() {
  return <OpenLink kind="reset" />
}
