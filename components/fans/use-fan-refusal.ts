'use client'

import { useTranslations } from 'next-intl'
import { toErrorWords } from '#lib/api/error-key.ts'
import { ApiError } from '#lib/api/fetcher.ts'

const known = ['not-supported', 'unverified', 'protected', 'invalid', 'selection-changed'] as const

/** Why fans were not told what somebody asked, in a sentence; what the BMC takes is said in its own words. */
export function useFanRefusal(): (error: Error, node: string) => string {
  const t = useTranslations('fans.refusal')
  const errors = useTranslations('errors')
  return (error, node) => {
    const code = error instanceof ApiError ? known.find((one) => one === error.code) : undefined
    if (code !== undefined) return t(code, { node, text: error.message })
    const { key, values } = toErrorWords(error)
    return errors(key, values)
  }
}
