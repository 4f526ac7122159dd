import { sendPiece } from '#lib/data/images.ts'
import { handle } from '../../../handle.ts'

export const PATCH = handle('sendPiece', ({ user, params, request }) => sendPiece(user, params.id, request))
