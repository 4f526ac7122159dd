import { clearEvents } from '#lib/data/events.ts'
import { handle } from '../../../../handle.ts'

export const POST = handle('clearEvents', ({ user, params, body, request }) => clearEvents(user, params.name, body, request.headers.get('idempotency-key')))
