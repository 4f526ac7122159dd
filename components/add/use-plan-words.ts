'use client'

import { useTranslations } from 'next-intl'
import { ApiError } from '#lib/api/fetcher.ts'
import type { LineProblem } from '#lib/api/nodes-contract.ts'
import { useErrorWords } from '../errors/use-error-words.ts'

const known = [
  'name', 'name-twice', 'address', 'address-needed', 'address-taken', 'outside-networks', 'networks-unset', 'protocol', 'redfish_port', 'ipmi_port',
  'ssh_port', 'user', 'user-needed', 'password', 'password-needed', 'ipmi-limit', 'groups', 'tags', 'rack', 'position', 'protected', 'attributes',
  'unknown-field', 'unknown-placeholder', 'too-many-cells',
] as const

/** What is wrong with a line and what to do, in the reader's language; a problem that is not known here as the server says it. */
export function useProblemWords(): (problem: LineProblem) => string {
  const t = useTranslations('add.problem')
  return ({ code, message, other }) => {
    const key = known.find((one) => one === code)
    return key === undefined ? message : t(key, { other: other ?? '', message })
  }
}

/** Why a request about many nodes was refused. */
export function useRefusalWords(): (error: Error) => string {
  const t = useTranslations('add')
  const words = useErrorWords()
  return (error) => {
    if (error instanceof SyntaxError) return t('notJson', { message: error.message })
    if (error instanceof ApiError && error.code === 'too-large') return t('tooLarge')
    return words(error)
  }
}
