import { changeImageServing, readImageServing } from '#lib/data/image-serving.ts'
import { handle } from '../../handle.ts'

export const GET = handle('readImageServing', ({ user }) => readImageServing(user))
export const PATCH = handle('changeImageServing', ({ user, body }) => changeImageServing(user, body))
