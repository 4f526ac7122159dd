import { readNodeMedia } from '#lib/data/media.ts'
import { handle } from '../../../handle.ts'

export const GET = handle('readNodeMedia', ({ user, params }) => readNodeMedia(user, params.name))
