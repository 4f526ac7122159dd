import { sendIpmi } from '#lib/data/raw.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('sendIpmi', ({ user, params, body }) => sendIpmi(user, params.name, body))
