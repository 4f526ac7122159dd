import type { OperationCreate } from '#lib/api/contract.ts'
import { findReadyImage } from '#lib/db/images.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { toOptions, type ActionOptions } from '#lib/domain/operation.ts'
import { parseShare } from '#lib/domain/share.ts'
import { invalid } from './address.ts'

/**
 * The options of an operation as they are kept: an image is the one of that name now, whatever has the name when its turn comes, and a share
 * is spelled in one way. Throws `unknown-image` (404), or `invalid` for an address that is none.
 */
export async function toKeptOptions(request: OperationCreate): Promise<ActionOptions> {
  const options = toOptions(request)
  if (request.share !== undefined) {
    const share = parseShare(request.share)
    if ('why' in share) throw invalid('share', share.why)
    return { ...options, share: share.url }
  }
  if (request.image === undefined) return options
  const image = await findReadyImage(request.image)
  if (image === null) throw new BaseboardError('unknown-image', 404, `image: there is no image ${request.image} in the library that is ready`)
  return { ...options, imageId: image.id }
}
