'use client'

import { useTranslations } from 'next-intl'
import { buttonStyle } from '#components/ui/button-style.ts'

/**
 * A page that threw: what that means, and the number under which the server's log has the cause. Every page loads this,
 * so it is made of plain elements; its link leaves the broken page for a fresh one.
 */
export function PageFailure({ digest, again }: { digest?: string; again: () => void }) {
  const t = useTranslations('shell')
  const common = useTranslations('common')
  return (
    <div role="alert" className="flex flex-col items-start gap-2 px-5 py-10">
      <h1 className="font-medium">{t('errorTitle')}</h1>
      <p className="max-w-prose text-muted">{t('errorText')}</p>
      {digest !== undefined && <p className="font-mono text-label text-faint">{t('errorDigest', { digest })}</p>}
      <div className="mt-2 flex flex-wrap gap-2">
        <button type="button" onClick={again} className={buttonStyle()}>
          {common('retry')}
        </button>
        <a href="/" className={buttonStyle('quiet')}>
          {t('toFleet')}
        </a>
      </div>
    </div>
  )
}
