import { credentialContext, kgContext, type CredentialContext } from './context.ts'
import type { VaultKeys } from './keys.ts'
import { openAtRest } from './open.ts'

export type SealedSecrets = { sealed: Uint8Array; kg: Uint8Array | null }

/** A node's password, and its BMC's key K_G where one is stored. Throws SealBroken. */
export function openSecrets(keys: VaultKeys, { sealed, kg }: SealedSecrets, context: CredentialContext): { password: string; kg: Buffer | undefined } {
  return {
    password: openAtRest(keys, sealed, credentialContext(context)),
    kg: kg === null ? undefined : Buffer.from(openAtRest(keys, kg, kgContext(context)), 'hex'),
  }
}
