import { changeConsole, openConsole, readConsole } from '#lib/data/console.ts'
import { handle } from '../../../handle.ts'

export const GET = handle('readConsole', ({ user, params }) => readConsole(user, params.name))
export const POST = handle('openConsole', ({ user, params, body }) => openConsole(user, params.name, body.mode))
export const PATCH = handle('changeConsole', ({ user, params, body }) => changeConsole(user, params.name, body))
