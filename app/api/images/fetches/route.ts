import { fetchImage } from '#lib/data/images.ts'
import { handle } from '../../handle.ts'

export const POST = handle('fetchImage', ({ user, body }) => fetchImage(user, body))
