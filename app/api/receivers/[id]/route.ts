import { changeReceiver, removeReceiver } from '#lib/data/receivers.ts'
import { handle } from '../../handle.ts'

export const PATCH = handle('changeReceiver', ({ user, body, params }) => changeReceiver(user, params.id, body))
export const DELETE = handle('removeReceiver', ({ user, params }) => removeReceiver(user, params.id))
