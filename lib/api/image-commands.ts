import type { ImageCreate, ImageFetch, ImageLimitsPatch, PieceAnswer } from './images-contract.ts'
import { imageLimitsDoor, imagesDoor } from './doors.ts'
import { ApiError, ask, tell } from './fetcher.ts'
import { paths } from './paths.ts'

/** What a page can ask of the image library. Each throws ApiError. */

export const announceImage = (body: ImageCreate) => ask(imagesDoor('image'), paths.images(), { method: 'POST', body })
export const readImage = (id: string, signal?: AbortSignal) => ask(imagesDoor('image'), paths.image(id), { signal })
export const fetchImage = (body: ImageFetch) => ask(imagesDoor('image'), paths.imageFetches(), { method: 'POST', body })
export const removeImage = (id: string) => tell(paths.image(id), { method: 'DELETE' })
export const changeImageLimits = (body: ImageLimitsPatch) => ask(imageLimitsDoor, paths.imageLimits(), { method: 'PATCH', body })
export const saveMediaAddress = (mediaAddress: string) => ask(imagesDoor('imageServing'), paths.imageServing(), { method: 'PATCH', body: { mediaAddress } })

/**
 * Sends a piece of a file, and says on its way how much of it has left. `fetch` cannot say that of what it sends, XMLHttpRequest can.
 * Throws ApiError, or the signal's reason.
 */
export function sendPiece(id: string, offset: number, piece: Blob, onSent: (bytes: number) => void, signal: AbortSignal): Promise<PieceAnswer> {
  const path = paths.imageBytes(id)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    signal.addEventListener('abort', abort, { once: true })
    request.open('PATCH', path)
    request.responseType = 'json'
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.setRequestHeader('upload-offset', String(offset))
    request.upload.onprogress = (event) => onSent(event.loaded)
    request.onloadend = () => {
      signal.removeEventListener('abort', abort)
      const said = request.response as (PieceAnswer & { code?: string; message?: string }) | null
      if (signal.aborted) reject(signal.reason as Error)
      else if (request.status === 200 && typeof said?.received === 'number') resolve(said)
      else if (request.status === 0) reject(new ApiError('no-answer', 0, `PATCH ${path}: no answer`))
      else reject(new ApiError(said?.code ?? `http-${request.status}`, request.status, said?.message ?? `${path}: HTTP ${request.status}`))
    }
    if (signal.aborted) reject(signal.reason as Error)
    else request.send(piece)
  })
}
