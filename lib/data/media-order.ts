import type { OperationCreate } from '#lib/api/contract.ts'
import { findReadyImage } from '#lib/db/images.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { toOptions, type ActionOptions } from '#lib/domain/operation.ts'
import { parseShare, type Share } from '#lib/domain/share.ts'
import { shareContext } from '#lib/vault/context.ts'
import { invalid } from './address.ts'
import { openInbox } from './credential.ts'

/** A name and a password belong together, and to the shares that ask for them. */
function demandSignIn({ shareUser, sharePassword }: OperationCreate, { protocol }: Share): void {
  if ((shareUser === undefined) !== (sharePassword === undefined)) throw invalid(shareUser === undefined ? 'shareUser' : 'sharePassword', 'say both, or neither')
  if (shareUser !== undefined && protocol !== 'cifs') throw invalid('shareUser', `only a cifs share is signed in to, not one by ${protocol}`)
}

/** Seals the password of a share for an operation that is about to be added; undefined where it has none. */
export async function toShareSealer({ shareUser, sharePassword }: OperationCreate, { share }: ActionOptions): Promise<((operationId: string) => Uint8Array<ArrayBuffer>) | undefined> {
  if (shareUser === undefined || sharePassword === undefined || share === undefined) return undefined
  const seal = await openInbox()
  return (operationId) => seal(sharePassword, shareContext({ operationId, share, user: shareUser }))
}

/**
 * The options of an operation as they are kept: an image is the one of that name now, whatever has the name when its turn comes, and a share
 * is spelled in one way. Throws `unknown-image` (404), or `invalid` for an address that is none.
 */
export async function toKeptOptions(request: OperationCreate): Promise<ActionOptions> {
  const options = toOptions(request)
  if (request.share !== undefined) {
    const share = parseShare(request.share)
    if ('why' in share) throw invalid('share', share.why)
    demandSignIn(request, share)
    return { ...options, share: share.url }
  }
  if (request.image === undefined) return options
  const image = await findReadyImage(request.image)
  if (image === null) throw new BaseboardError('unknown-image', 404, `image: there is no image ${request.image} in the library that is ready`)
  return { ...options, imageId: image.id }
}
