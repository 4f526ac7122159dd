'use client'

import { useTranslations } from 'next-intl'
import { ApiError } from '#lib/api/fetcher.ts'
import { bmcFailureKind } from '#lib/domain/bmc.ts'
import type { RawFailure } from '#lib/domain/raw.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState } from '../ui/states.tsx'

const ours = ['no-conductor', 'too-many-requests', 'unknown-request'] as const

type Props = { failure: RawFailure | ApiError; /** `host:port` of the BMC. */ address: string; onRetry: () => void }

/** Why there is no answer: the BMC's failure in the words that the other pages have for it, or Baseboard's own no. */
export function Failure({ failure, address, onRetry }: Props) {
  const t = useTranslations('redfish.failure')
  const bmc = useTranslations('failure')
  const words = useErrorWords()
  const kind = bmcFailureKind.safeParse(failure.code)
  const own = ours.find((code) => code === failure.code)
  const title = own !== undefined ? t(`title.${own}`) : kind.success ? bmc(`sentence.${kind.data}`, { address }) : failure instanceof ApiError ? words(failure) : t('title.other')
  const next = own !== undefined ? t(`next.${own}`) : kind.success ? bmc(`next.${kind.data}`) : undefined
  return (
    <ErrorState title={title} detail={failure.message} detailLabel={bmc('details')} action={<Button onClick={onRetry}>{t('retry')}</Button>}>
      {next}
    </ErrorState>
  )
}
