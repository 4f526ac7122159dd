import { createImage, listImages } from '#lib/data/images.ts'
import { handle } from '../handle.ts'

export const GET = handle('listImages', ({ user }) => listImages(user))
export const POST = handle('createImage', ({ user, body }) => createImage(user, body))
