import { createOperation } from '#lib/data/operations.ts'
import { listOperations } from '#lib/data/operations-read.ts'
import { handle } from '../handle.ts'

export const GET = handle('listOperations', ({ user, query }) => listOperations(user, query))
export const POST = handle('createOperation', ({ user, body, request }) => createOperation(user, body, request.headers.get('idempotency-key')))
