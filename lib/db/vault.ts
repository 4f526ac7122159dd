import { prisma, type Transaction } from './client.ts'
import { readSetting, writeSetting, type SettingOf } from './settings.ts'

/**
 * Lets the vault decide on its keys while no other conductor does: `decide` gets what was published and how many secrets are
 * sealed, and what it asks to publish is written before the lock goes.
 */
export async function withVaultState<T extends { publish: SettingOf<'vault'> | null }>(
  decide: (state: { record: SettingOf<'vault'> | null; sealedCount: number }) => T,
): Promise<T> {
  const work = async (tx: Transaction) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('vault'))`
    const counts = await Promise.all([tx.credential.count(), tx.credentialInbox.count(), tx.receiverSecret.count(), tx.receiverInbox.count()])
    const sealedCount = counts.reduce((sum, count) => sum + count, 0)
    const decided = decide({ record: await readSetting('vault', tx), sealedCount })
    if (decided.publish !== null) await writeSetting('vault', decided.publish, tx)
    return decided
  }
  // Conductors that start together wait for each other, and for a machine that is busy with starting them.
  return prisma().$transaction(work, { maxWait: 10_000, timeout: 15_000 })
}
