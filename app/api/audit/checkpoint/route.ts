import { readCheckpoint } from '#lib/data/checkpoint.ts'
import { handle } from '../../handle.ts'

export const GET = handle('readCheckpoint', ({ user }) => readCheckpoint(user))
