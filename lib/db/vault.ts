import { prisma } from './client.ts'
import { readSetting, writeSetting, type SettingOf } from './settings.ts'

/**
 * Lets the vault decide on its keys while no other conductor does: `decide` gets what was published and how many passwords are
 * sealed, and what it asks to publish is written before the lock goes.
 */
export async function withVaultState<T extends { publish: SettingOf<'vault'> | null }>(
  decide: (state: { record: SettingOf<'vault'> | null; sealedCount: number }) => T,
): Promise<T> {
  return prisma().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('vault'))`
    const sealedCount = (await tx.credential.count()) + (await tx.credentialInbox.count())
    const decided = decide({ record: await readSetting('vault', tx), sealedCount })
    if (decided.publish !== null) await writeSetting('vault', decided.publish, tx)
    return decided
  })
}
