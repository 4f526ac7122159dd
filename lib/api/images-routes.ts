import { imageLimits } from '#lib/domain/image-space.ts'
import * as images from './images-contract.ts'
import type { Route } from './routes.ts'

/** The doors of the image library. */
export const imagesRoutes = {
  listImages: { method: 'GET', path: '/api/images', access: 'read', summary: 'All images, what is on its way, and how much room there is', status: 200, answer: images.imageList },
  createImage: {
    method: 'POST',
    path: '/api/images',
    access: 'manageImages',
    summary: 'Announce the upload of an image, or go on with one: `received` of the answer says where its next piece begins',
    status: 201,
    body: images.imageCreate,
    answer: images.image,
  },
  fetchImage: {
    method: 'POST',
    path: '/api/images/fetches',
    access: 'manageImages',
    summary: 'Let the depot fetch an image from a listed place',
    status: 202,
    body: images.imageFetch,
    answer: images.image,
  },
  changeImageLimits: {
    method: 'PATCH',
    path: '/api/images/limits',
    access: 'manageImages',
    summary: 'Change the quota, the reserve, or from where images may be fetched',
    status: 200,
    body: images.imageLimitsPatch,
    answer: imageLimits,
  },
  readImageServing: { method: 'GET', path: '/api/images/serving', access: 'read', summary: 'Where BMCs reach the images, and what the depot found when it tried that', status: 200, answer: images.imageServing },
  changeImageServing: {
    method: 'PATCH',
    path: '/api/images/serving',
    access: 'manageSettings',
    summary: 'Set the IPv4 address at which BMCs reach the images; the depot tries it at once',
    status: 200,
    body: images.imageServingPatch,
    answer: images.imageServing,
  },
  readImage: { method: 'GET', path: '/api/images/{id}', access: 'read', summary: 'One image', status: 200, answer: images.image },
  sendPiece: {
    method: 'PATCH',
    path: '/api/images/{id}/bytes',
    access: 'manageImages',
    summary: 'Send a piece of an upload (application/octet-stream, at most 64 MiB) that begins at Upload-Offset; after the last one the image is checked',
    status: 200,
    bodyLimitBytes: images.longestPieceBytes,
    answer: images.pieceAnswer,
  },
  removeImage: {
    method: 'DELETE',
    path: '/api/images/{id}',
    access: 'manageImages',
    summary: 'Remove an image and its file, or stop its upload or fetch; refused while a BMC may read it',
    status: 204,
  },
} as const satisfies Record<string, Route>
