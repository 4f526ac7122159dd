'use client'

import { useTranslations } from 'next-intl'
import type { BmcFailure } from '#lib/domain/bmc.ts'
import { cx } from '../ui/class-names.ts'

/** Why a BMC cannot be spoken to: its sentence with the address, what to do, and the detail one click away. */
export function FailureWords({ failure, className }: { failure: BmcFailure; className?: string }) {
  const t = useTranslations('failure')
  return (
    <div className={cx('min-w-0', className)}>
      <p className="break-words">{t(`sentence.${failure.kind}`, { address: failure.address })}</p>
      <p className="text-muted">{t(`next.${failure.kind}`)}</p>
      <details className="mt-1 text-muted">
        <summary className="w-fit rounded-sm text-label">{t('details')}</summary>
        <p className="mt-1 font-mono text-label break-words">{failure.text}</p>
      </details>
    </div>
  )
}
