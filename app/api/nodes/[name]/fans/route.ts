import { changeFans, readFans } from '#lib/data/fans.ts'
import { handle } from '../../../handle.ts'

export const GET = handle('readFans', ({ user, params }) => readFans(user, params.name))
export const PATCH = handle('changeFans', ({ user, params, body }) => changeFans(user, params.name, body))
