import { changeSettings, readSettings } from '#lib/data/settings.ts'
import { handle } from '../handle.ts'

export const GET = handle('readSettings', ({ user }) => readSettings(user))
export const PATCH = handle('changeSettings', ({ user, body }) => changeSettings(user, body))
