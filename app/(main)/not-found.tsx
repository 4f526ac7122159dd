import { getTranslations } from 'next-intl/server'
import { ButtonLink } from '#components/ui/link.tsx'
import { EmptyState } from '#components/ui/states.tsx'

/** A node or page that is not there, with the rail still beside it. */
export default async function NotFound() {
  const t = await getTranslations('shell')
  return (
    <EmptyState isPage title={t('notFoundTitle')} action={<ButtonLink href="/">{t('toFleet')}</ButtonLink>}>
      {t('notFoundText')}
    </EmptyState>
  )
}
