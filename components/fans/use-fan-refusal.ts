'use client'

import { useTranslations } from 'next-intl'
import { ApiError } from '#lib/api/fetcher.ts'
import { useErrorWords } from '../errors/use-error-words.ts'

const known = ['not-supported', 'unverified', 'protected', 'invalid', 'selection-changed'] as const

/** Why fans were not told what somebody asked, in a sentence; what the BMC takes is said in its own words. */
export function useFanRefusal(): (error: Error, node: string) => string {
  const t = useTranslations('fans.refusal')
  const words = useErrorWords()
  return (error, node) => {
    const code = error instanceof ApiError ? known.find((one) => one === error.code) : undefined
    if (code !== undefined) return t(code, { node, text: error.message })
    return words(error)
  }
}
