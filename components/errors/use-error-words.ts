'use client'

import { useTranslations } from 'next-intl'
import { toErrorWords } from '#lib/api/error-key.ts'

/** The words of an API error. What a page knows better it words itself. */
export function useErrorWords(): (error: unknown) => string {
  const errors = useTranslations('errors')
  return (error) => {
    const { key, values } = toErrorWords(error)
    return errors(key, values)
  }
}
