'use client'

import { useTranslations } from 'next-intl'
import { ApiError } from '#lib/api/fetcher.ts'
import type { RawFailure } from '#lib/domain/raw.ts'
import { useErrorWords } from '../errors/use-error-words.ts'

const known = ['guarded', 'busy', 'protected', 'rate-limit', 'forbidden', 'not-ours', 'stopped', 'reply-lost', 'not-sent', 'no-conductor', 'too-many-requests'] as const

/** Why nothing was sent by hand, or that its answer was lost: in words, what to do, and as it was written down. */
export function Refused({ failure, error }: { failure: RawFailure | ApiError; error: Error | null }) {
  const t = useTranslations('redfish.change')
  const words = useErrorWords()
  const code = known.find((one) => one === failure.code)
  // Between us and Baseboard the answer may be lost as well: then it may have been sent.
  const isLost = error instanceof ApiError && error.status === 0
  return (
    <>
      <p className="font-medium">{isLost ? t('refused.reply-lost') : code !== undefined ? t(`refused.${code}`) : error === null ? t('refused.other') : words(error)}</p>
      {code !== undefined && !isLost && <p className="max-w-prose text-muted">{t(`next.${code}`)}</p>}
      <p className="font-mono text-label break-words text-muted">{failure.message}</p>
    </>
  )
}
