import { retryOperation } from '#lib/data/operations-retry.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('retryOperation', ({ user, params, body, request }) => retryOperation(user, params.id, body, request.headers.get('idempotency-key')))
