import { readRaw } from '#lib/data/raw.ts'
import { handle } from '../../../../handle.ts'

export const GET = handle('readRedfish', ({ user, params }) => readRaw(user, params.name, params.id))
