import { readImage, removeImage } from '#lib/data/images.ts'
import { handle } from '../../handle.ts'

export const GET = handle('readImage', ({ user, params }) => readImage(user, params.id))
export const DELETE = handle('removeImage', ({ user, params }) => removeImage(user, params.id))
