import type { Settings } from '#lib/api/contract.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { parseNetworks } from '#lib/config/networks.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { readNetworks, writeSetting } from '#lib/db/settings.ts'
import { invalid } from './address.ts'
import { change, demand } from './permission.ts'

/** Networks as they are stored. Throws `invalid` that names the bad one. */
export function toNetworks(texts: readonly string[]): string[] {
  try {
    return [...new Set(texts.flatMap(parseNetworks))]
  } catch (error) {
    throw error instanceof RangeError ? invalid('networks', error.message) : error
  }
}

/** The settings of the site. */
export async function readSettings(user: SignedInUser): Promise<Settings> {
  await demand(user, 'read')
  const { networks, fromEnvironment } = await readNetworks()
  return { networks: networks ?? [], networksFromEnvironment: fromEnvironment }
}

/** Sets the management networks. Where BMC_NETWORKS sets them, they cannot be changed here. */
export async function changeSettings(user: SignedInUser, patch: { networks: string[] }): Promise<Settings> {
  await demand(user, 'manageSettings', { action: 'settings-change' })
  const networks = toNetworks(patch.networks)
  const before = await readNetworks()
  if (before.fromEnvironment) {
    throw new BaseboardError('networks-from-environment', 409, 'networks: BMC_NETWORKS sets them, so they are changed there')
  }
  await change(async (tx) => {
    await writeSetting('networks', networks, tx)
    await record(tx, user, { action: 'settings-change', outcome: 'ok', target: 'networks', detail: { networks, before: before.networks } })
  })
  return readSettings(user)
}
