import { ApiError } from '#lib/api/fetcher.ts'

/** The server's sentence about a field, without the field's name in the API; null where it says nothing of it. */
export const wrongField = (error: Error | null, field: string): string | null =>
  error instanceof ApiError && error.field?.split('.')[0] === field ? error.message.replace(/^[\w.]+: /, '') : null
