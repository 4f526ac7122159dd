import { BaseboardError } from '#lib/domain/errors.ts'
import { readSetting } from '#lib/db/settings.ts'
import { credentialContext, kgContext, type CredentialContext } from '#lib/vault/context.ts'
import { openInboxSealer } from '#lib/vault/seal.ts'

/** Seals secrets so that only the conductor can open them, each only for its context. */
export async function openInbox(): Promise<(secret: string, context: string) => Uint8Array<ArrayBuffer>> {
  const vault = await readSetting('vault')
  if (vault === null) throw new BaseboardError('no-conductor', 503, 'no conductor has started yet, so a password cannot be sealed: try again in a few seconds')
  return openInboxSealer(vault.publicKey)
}

/** The same for BMC passwords, each only for its node at its address and ports. */
export async function openSealer(): Promise<(password: string, context: CredentialContext) => Uint8Array<ArrayBuffer>> {
  const seal = await openInbox()
  return (password, context) => seal(password, credentialContext(context))
}

/** Seals a BMC's key K_G in the same way. */
export const sealKg = async (kg: string, context: CredentialContext): Promise<Uint8Array<ArrayBuffer>> => (await openInbox())(kg, kgContext(context))

/** Seals one. */
export const sealPassword = async (password: string, context: CredentialContext): Promise<Uint8Array<ArrayBuffer>> => (await openSealer())(password, context)
