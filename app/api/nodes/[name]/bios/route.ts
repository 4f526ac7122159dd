import { readBios } from '#lib/data/inventory.ts'
import { handle } from '../../../handle.ts'

export const GET = handle('readBios', ({ user, params }) => readBios(user, params.name))
