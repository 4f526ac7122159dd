'use client'

import { useTranslations } from 'next-intl'
import { toErrorWords } from '#lib/api/error-key.ts'
import { ApiError } from '#lib/api/fetcher.ts'
import type { LineProblem } from '#lib/api/nodes-contract.ts'

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
  const errors = useTranslations('errors')
  return (error) => {
    if (error instanceof SyntaxError) return t('notJson', { message: error.message })
    if (error instanceof ApiError && error.code === 'too-large') return t('tooLarge')
    const { key, values } = toErrorWords(error)
    return errors(key, values)
  }
}
