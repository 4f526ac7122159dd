import { database, inTransaction } from './client.ts'
import { querySetting, type SettingOf } from './settings.ts'

/**
 * Lets the vault decide on its keys while no other conductor does: `decide` gets what was published and how many secrets are
 * sealed, and what it asks to publish is written before the lock goes.
 */
export async function withVaultState<T extends { publish: SettingOf<'vault'> | null }>(
  decide: (state: { record: SettingOf<'vault'> | null; sealedCount: number }) => T,
): Promise<T> {
  return inTransaction(database(), async (client) => {
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('vault'))`)
    const sealed = ['Credential', 'CredentialInbox', 'ReceiverSecret', 'ReceiverInbox'].map((table) => `(SELECT count(*) FROM "${table}")`)
    const { rows } = await client.query<{ count: number }>(`SELECT (${sealed.join(' + ')})::int AS count`)
    const decided = decide({ record: await querySetting('vault', client), sealedCount: rows[0]!.count })
    if (decided.publish !== null) {
      const write = `INSERT INTO "Setting" (key, value, "updatedAt") VALUES ('vault', $1, now()) ON CONFLICT (key) DO UPDATE SET value = $1, "updatedAt" = now()`
      await client.query(write, [JSON.stringify(decided.publish)])
    }
    return decided
  })
}
