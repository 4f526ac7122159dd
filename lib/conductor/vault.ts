import { withVaultState } from '#lib/db/vault.ts'
import { toRecord, unlock, type VaultKeys } from '#lib/vault/keys.ts'

/**
 * The conductor's keys from their folder, made where nothing is sealed yet, and published for web. Throws VaultRefused where passwords
 * are stored and the keys are not those that sealed them.
 */
export async function openVault(folder: string): Promise<VaultKeys> {
  const { keys } = await withVaultState((state) => {
    const { keys, publish } = unlock(folder, state)
    return { keys, publish: publish ? toRecord(keys) : null }
  })
  return keys
}
