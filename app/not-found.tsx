import { getTranslations } from 'next-intl/server'
import { ButtonLink } from '#components/ui/link.tsx'
import { EmptyState } from '#components/ui/states.tsx'

/** An address that leads nowhere. Our own, because Next's brings styles that the CSP refuses. */
export default async function NotFound() {
  const t = await getTranslations('shell')
  return (
    <main className="mx-auto max-w-lg pt-[20dvh]">
      <EmptyState isPage title={t('notFoundTitle')} action={<ButtonLink href="/">{t('toFleet')}</ButtonLink>}>
        {t('notFoundText')}
      </EmptyState>
    </main>
  )
}
