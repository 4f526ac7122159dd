import { ApiError } from './fetcher.ts'

const known = [
  'no-answer',
  'database-away',
  'garbled',
  'last-administrator',
  'yourself',
  'name-taken',
  'networks-from-environment',
  'media-from-environment',
  'link-used',
  'link-expired',
  'link-unknown',
  'claimed',
  'too-many-attempts',
] as const

type ByStatus = 'not-signed-in' | 'forbidden' | 'not-found' | 'conflict' | 'invalid' | 'server' | 'other'
export type ErrorKey = (typeof known)[number] | ByStatus

function byStatus(status: number): ByStatus {
  if (status === 401) return 'not-signed-in'
  if (status === 403) return 'forbidden'
  if (status === 404 || status === 410) return 'not-found'
  if (status === 409) return 'conflict'
  if (status === 400 || status === 422) return 'invalid'
  return status >= 500 ? 'server' : 'other'
}

/**
 * Which sentence of the `errors` messages says this error, with what it takes: `t('errors.' + key, values)`.
 * A code that a page knows better (a password that is needed) the page words itself.
 */
export function toErrorWords(error: unknown): { key: ErrorKey; values: { message: string } } {
  if (!(error instanceof ApiError)) return { key: 'other', values: { message: error instanceof Error ? error.message : String(error) } }
  const key = known.find((code) => code === error.code) ?? (error.status === 503 ? 'database-away' : byStatus(error.status))
  return { key, values: { message: error.message } }
}
