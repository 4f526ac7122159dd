import { changeFansOfMany } from '#lib/data/fans.ts'
import { handle } from '../handle.ts'

export const POST = handle('changeFansOfMany', ({ user, body }) => changeFansOfMany(user, body))
