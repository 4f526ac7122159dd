import { randomBytes, randomUUID } from 'node:crypto'
import { database } from './client.ts'
import { readSetting, type SettingKey, type SettingOf } from './settings.ts'

/** Writes a setting unless it is there, and gives what is: of two processes that start together one wins and both agree. */
async function settle<K extends SettingKey>(key: K, value: SettingOf<K>): Promise<SettingOf<K>> {
  const known = await readSetting(key)
  if (known !== null) return known
  await database().pool.query('INSERT INTO "Setting" ("key", "value", "updatedAt") VALUES ($1, $2, now()) ON CONFLICT DO NOTHING', [key, JSON.stringify(value)])
  return (await readSetting(key))!
}

/** What names this Baseboard in the checkpoints of its audit, and with a secret in its cookies. */
export const readInstanceId = async (): Promise<string> => (await settle('instance', { id: randomUUID() })).id

/** What names this Baseboard (in its cookies: they ignore ports, and several run on one machine) and what seals its cookies. */
export async function readInstance(): Promise<{ id: string; cookieSecret: string }> {
  const id = await readInstanceId()
  const { cookieSecret } = await settle('web', { cookieSecret: randomBytes(32).toString('base64url') })
  return { id, cookieSecret }
}
