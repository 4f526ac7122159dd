import { readSetup } from '#lib/data/raw.ts'
import { handle } from '../../../../handle.ts'

export const GET = handle('readSetup', ({ user, params }) => readSetup(user, params.name, params.id))
