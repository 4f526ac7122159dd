import type { NodeMedia } from '#lib/api/media-contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { readImageLinks } from '#lib/db/image-links.ts'
import { findMediaOperation } from '#lib/db/media-read.ts'
import { readSnapshot } from '#lib/db/snapshot-read.ts'
import { mediaState } from '#lib/domain/media.ts'
import { findByName } from './nodes.ts'
import { demand } from './permission.ts'

/** A node's virtual drives as they were last read, and the proof of what its BMC reads. */
export async function readNodeMedia(user: SignedInUser, name: string): Promise<NodeMedia> {
  await demand(user, 'read')
  const { id } = await findByName(name)
  const [kept, reads, operation] = await Promise.all([readSnapshot(id, 'media'), readImageLinks(id), findMediaOperation(id)])
  const state = kept === null ? null : mediaState.safeParse(kept.data)
  return { state: state?.success === true ? state.data : null, reads, operation }
}
