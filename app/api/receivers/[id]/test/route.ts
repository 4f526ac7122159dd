import { testReceiver } from '#lib/data/receivers.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('testReceiver', ({ user, params }) => testReceiver(user, params.id))
