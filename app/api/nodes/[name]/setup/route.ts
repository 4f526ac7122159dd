import { askSetup, changeSetup } from '#lib/data/raw.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('askSetup', ({ user, params }) => askSetup(user, params.name))
export const PATCH = handle('changeSetup', ({ user, params, body }) => changeSetup(user, params.name, body))
