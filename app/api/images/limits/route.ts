import { changeImageLimits } from '#lib/data/images.ts'
import { handle } from '../../handle.ts'

export const PATCH = handle('changeImageLimits', ({ user, body }) => changeImageLimits(user, body))
