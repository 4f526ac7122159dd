'use client'

import { useTranslations } from 'next-intl'
import { toErrorWords } from '#lib/api/error-key.ts'
import { ApiError } from '#lib/api/fetcher.ts'
import { bmcFailureKind } from '#lib/domain/bmc.ts'
import type { RawFailure } from '#lib/domain/raw.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState } from '../ui/states.tsx'

const ours = ['no-conductor', 'too-many-requests', 'unknown-request'] as const

type Props = { failure: RawFailure | ApiError; /** `host:port` of the BMC. */ address: string; onRetry: () => void }

/** Why there is no answer: the BMC's failure in the words that the other pages have for it, or Baseboard's own no. */
export function Failure({ failure, address, onRetry }: Props) {
  const t = useTranslations('redfish.failure')
  const bmc = useTranslations('failure')
  const errors = useTranslations('errors')
  const kind = bmcFailureKind.safeParse(failure.code)
  const own = ours.find((code) => code === failure.code)
  const { key, values } = toErrorWords(failure)
  const title = own !== undefined ? t(`title.${own}`) : kind.success ? bmc(`sentence.${kind.data}`, { address }) : failure instanceof ApiError ? errors(key, values) : t('title.other')
  const next = own !== undefined ? t(`next.${own}`) : kind.success ? bmc(`next.${kind.data}`) : undefined
  return (
    <ErrorState title={title} detail={failure.message} detailLabel={bmc('details')} action={<Button onClick={onRetry}>{t('retry')}</Button>}>
      {next}
    </ErrorState>
  )
}
