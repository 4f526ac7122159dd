'use client'

import { useTranslations } from 'next-intl'
import { toErrorWords } from '#lib/api/error-key.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState } from '../ui/states.tsx'

/** Stands where a list would that could not be read: why, what was answered, and another try. */
export function ListFailure({ title, error, again }: { title: string; error: unknown; again: () => void }) {
  const common = useTranslations('common')
  const errors = useTranslations('errors')
  const { key, values } = toErrorWords(error)
  return (
    <ErrorState title={title} detail={values.message} detailLabel={common('details')} action={<Button onClick={again}>{common('retry')}</Button>}>
      {errors(key, values)}
    </ErrorState>
  )
}
