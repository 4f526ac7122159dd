import { claim } from '#lib/data/invitations.ts'
import { handle } from '../handle.ts'

export const POST = handle('claim', ({ body, origin }) => claim(body, origin))
