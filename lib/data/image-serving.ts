import type { ImageServing, ImageServingPatch } from '#lib/api/images-contract.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { readDepotState } from '#lib/db/depot-state.ts'
import { readMediaAddress, writeSetting } from '#lib/db/settings.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { change, demand } from './permission.ts'

async function present(): Promise<ImageServing> {
  const [{ address, fromEnvironment }, state] = await Promise.all([readMediaAddress(), readDepotState()])
  // What the depot said of another address says nothing of this one.
  const isOfThis = state !== null && state.mediaAddress === address
  const checked = isOfThis ? { doors: state.doors, addresses: state.addresses, findings: state.findings, checkedAt: state.checkedAt.toISOString() } : null
  return { mediaAddress: address, fromEnvironment, checked, addresses: state?.addresses ?? [] }
}

/** Where BMCs reach the images, and what the depot found there. */
export async function readImageServing(user: SignedInUser): Promise<ImageServing> {
  await demand(user, 'read')
  return present()
}

/** Sets the address that BMCs are told. Where MEDIA_ADDRESS sets it, it cannot be changed here. */
export async function changeImageServing(user: SignedInUser, { mediaAddress }: ImageServingPatch): Promise<ImageServing> {
  await demand(user, 'manageSettings', { action: 'settings-change', target: 'mediaAddress' })
  const { address, fromEnvironment } = await readMediaAddress()
  if (fromEnvironment) throw new BaseboardError('media-from-environment', 409, 'mediaAddress: MEDIA_ADDRESS sets it, so it is changed there')
  await change(async (tx) => {
    await writeSetting('mediaAddress', mediaAddress, tx)
    await record(tx, user, { action: 'settings-change', target: 'mediaAddress', outcome: 'ok', detail: { mediaAddress, before: address } })
  })
  return present()
}
