import { BaseboardError } from '#lib/domain/errors.ts'
import { readSetting } from '#lib/db/settings.ts'
import { credentialContext, type CredentialContext } from '#lib/vault/context.ts'
import { sealForConductor } from '#lib/vault/seal.ts'

/** Seals a BMC's password so that only the conductor can open it, and only for this node at this address and these ports. */
export async function sealPassword(password: string, context: CredentialContext): Promise<Uint8Array<ArrayBuffer>> {
  const vault = await readSetting('vault')
  if (vault === null) throw new BaseboardError('no-conductor', 503, 'no conductor has started yet, so a password cannot be sealed: try again in a few seconds')
  return sealForConductor(vault.publicKey, password, credentialContext(context))
}
