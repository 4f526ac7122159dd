import { createOperation, listOperations } from '#lib/data/operations.ts'
import { handle } from '../handle.ts'

export const GET = handle('listOperations', async ({ user, query }) => ({ operations: await listOperations(user, query) }))
export const POST = handle('createOperation', ({ user, body, request }) => createOperation(user, body, request.headers.get('idempotency-key')))
