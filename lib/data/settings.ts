import type { Settings, SettingsPatch } from '#lib/api/contract.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { parseNetworks } from '#lib/config/networks.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { readCommandsPerSecond, readInstallsAtOnce, readNetworks, writeSetting } from '#lib/db/settings.ts'
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
  const [{ networks, fromEnvironment }, commandsPerSecond, installsAtOnce] = await Promise.all([readNetworks(), readCommandsPerSecond(), readInstallsAtOnce()])
  return { networks: networks ?? [], networksFromEnvironment: fromEnvironment, commandsPerSecond, installsAtOnce }
}

/** Sets the management networks, how fast commands may follow each other, and how many installs are under way at once. Where BMC_NETWORKS sets the networks, they cannot be changed here. */
export async function changeSettings(user: SignedInUser, patch: SettingsPatch): Promise<Settings> {
  await demand(user, 'manageSettings', { action: 'settings-change' })
  const { commandsPerSecond, installsAtOnce } = patch
  const networks = patch.networks && toNetworks(patch.networks)
  const before = await readSettings(user)
  if (networks !== undefined && before.networksFromEnvironment) {
    throw new BaseboardError('networks-from-environment', 409, 'networks: BMC_NETWORKS sets them, so they are changed there')
  }
  const deed = { action: 'settings-change', outcome: 'ok' } as const
  await change(async (tx) => {
    if (networks !== undefined) {
      await writeSetting('networks', networks, tx)
      await record(tx, user, { ...deed, target: 'networks', detail: { networks, before: before.networks } })
    }
    if (commandsPerSecond !== undefined) {
      await writeSetting('commandsPerSecond', commandsPerSecond, tx)
      await record(tx, user, { ...deed, target: 'commandsPerSecond', detail: { commandsPerSecond, before: before.commandsPerSecond } })
    }
    if (installsAtOnce !== undefined) {
      await writeSetting('installsAtOnce', installsAtOnce, tx)
      await record(tx, user, { ...deed, target: 'installsAtOnce', detail: { installsAtOnce, before: before.installsAtOnce } })
    }
  })
  return readSettings(user)
}
