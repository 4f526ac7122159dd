'use client'

import { useTranslations } from 'next-intl'
import { ApiError } from '#lib/api/fetcher.ts'
import { useErrorWords } from '../errors/use-error-words.ts'

/** What the interface refuses with a sentence that names the nodes or the person; it stands below the words. */
const known = ['asked-already', 'protected', 'unknown-node', 'unknown-image', 'selection-changed', 'nothing-to-retry', 'operation-ended'] as const

/** Why it was not accepted. A lost answer may be asked again: the key makes it one operation. */
export function Refusal({ error }: { error: Error }) {
  const t = useTranslations('operations.refusal')
  const words = useErrorWords()
  const code = error instanceof ApiError ? known.find((one) => one === error.code) : undefined
  const lost = error instanceof ApiError && error.status === 0
  return (
    <div role="alert" className="border-t px-5 py-3 break-words text-critical">
      <p>{lost ? t('noAnswer') : code === undefined ? t('refused', { message: words(error) }) : t(code)}</p>
      {code !== undefined && <p className="mt-1 text-label text-muted">{error.message}</p>}
    </div>
  )
}
