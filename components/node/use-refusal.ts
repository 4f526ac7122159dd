'use client'

import { useTranslations } from 'next-intl'
import { ApiError } from '#lib/api/fetcher.ts'
import { useErrorWords } from '../errors/use-error-words.ts'

const known = ['name-taken', 'address-taken', 'password-needed', 'outside-networks', 'networks-unset', 'ipmi-limit'] as const

/** Why a change of a node was refused, in a sentence. */
export function useRefusal(): (error: Error, address: string) => string {
  const t = useTranslations('node.refusal')
  const words = useErrorWords()
  return (error, address) => {
    const code = error instanceof ApiError ? known.find((one) => one === error.code) : undefined
    if (code !== undefined) return t(code, { address })
    return words(error)
  }
}
