'use client'

import { useTranslations } from 'next-intl'
import { Button } from '#components/ui/button.tsx'
import { ButtonLink } from '#components/ui/link.tsx'
import { ErrorState } from '#components/ui/states.tsx'

/** A page that threw: what that means, and the number under which the server's log has the cause. */
export function PageFailure({ digest, again }: { digest?: string; again: () => void }) {
  const t = useTranslations('shell')
  const common = useTranslations('common')
  return (
    <ErrorState
      title={t('errorTitle')}
      detail={digest === undefined ? undefined : t('errorDigest', { digest })}
      detailLabel={common('details')}
      action={
        <>
          <Button onClick={again}>{common('retry')}</Button>
          <ButtonLink href="/" kind="quiet">
            {t('toFleet')}
          </ButtonLink>
        </>
      }
    >
      {t('errorText')}
    </ErrorState>
  )
}
