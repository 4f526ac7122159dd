import type { ClientBase } from 'pg'
import * as z from 'zod/mini'
import { config } from '#lib/config/environment.ts'
import { checkpointState } from '#lib/domain/checkpoint.ts'
import { imageLimits, usualImageLimits, type ImageLimits } from '#lib/domain/image-space.ts'
import { installsAtOnce } from '#lib/domain/install.ts'
import { database, prisma, type Transaction } from './client.ts'

/**
 * What is kept in the table Setting, by key. `vault` and `auditCheckpoint` are written by the conductor alone (the roles hold that):
 * its public key, to which web seals passwords, and the fingerprints by which it knows its own keys again; how far the audit is signed.
 */
const schemas = {
  networks: z.array(z.string()),
  /** The IPv4 address at which BMCs reach the depot. */
  mediaAddress: z.ipv4(),
  /** Power commands that the whole site sends in a second, however many conductors there are. */
  commandsPerSecond: z.int().check(z.minimum(1), z.maximum(10_000)),
  /** Installs from an image that are under way on the whole site at once. */
  installsAtOnce: z.int().check(z.minimum(installsAtOnce.least), z.maximum(installsAtOnce.most)),
  vault: z.object({ publicKey: z.string(), kekFingerprint: z.string(), inboxFingerprint: z.string() }),
  auditCheckpoint: checkpointState,
  /** When a conductor last looked at the rules of alerts. */
  alerts: z.object({ lookedAt: z.iso.datetime() }),
  images: imageLimits,
  instance: z.object({ id: z.string() }),
  /** The key of web's cookies. It opens no session by itself: those are looked up by the hash of a secret that is kept nowhere. */
  web: z.object({ cookieSecret: z.string() }),
} as const

export type SettingKey = keyof typeof schemas
export type SettingOf<K extends SettingKey> = z.infer<(typeof schemas)[K]>
type Reader = Pick<Transaction, 'setting'>

/** A setting, or null when it was never set. Throws when what is stored is not what we would have written. */
export async function readSetting<K extends SettingKey>(key: K, reader?: Reader): Promise<SettingOf<K> | null> {
  if (reader === undefined) return querySetting(key, database().pool)
  const row = await reader.setting.findUnique({ where: { key } })
  return row === null ? null : (schemas[key].parse(row.value) as SettingOf<K>)
}

/** The same by plain SQL: a conductor that starts reads settings first, and Prisma's compiler would take half a second of CPU to begin. */
export async function querySetting<K extends SettingKey>(key: K, client: Pick<ClientBase, 'query'>): Promise<SettingOf<K> | null> {
  const { rows } = await client.query<{ value: unknown }>('SELECT value FROM "Setting" WHERE key = $1', [key])
  return rows[0] === undefined ? null : (schemas[key].parse(rows[0].value) as SettingOf<K>)
}

export async function writeSetting<K extends SettingKey>(key: K, value: SettingOf<K>, writer: Reader = prisma()): Promise<void> {
  await writer.setting.upsert({ where: { key }, create: { key, value }, update: { value } })
}

/** The management networks in force. BMC_NETWORKS wins over what an administrator set; null means that nobody has said yet. */
export async function readNetworks(reader?: Reader): Promise<{ networks: string[] | null; fromEnvironment: boolean }> {
  const listed = config().BMC_NETWORKS
  if (listed !== undefined) return { networks: listed, fromEnvironment: true }
  return { networks: await readSetting('networks', reader), fromEnvironment: false }
}

/** The address that BMCs are told to fetch images from. MEDIA_ADDRESS wins over what an administrator set; null means that nobody has said yet. */
export async function readMediaAddress(reader?: Reader): Promise<{ address: string | null; fromEnvironment: boolean }> {
  const given = config().MEDIA_ADDRESS
  if (given !== undefined) return { address: given, fromEnvironment: true }
  return { address: await readSetting('mediaAddress', reader), fromEnvironment: false }
}

/** A thousand nodes start within two seconds; whose feed does not bear that sets less, or gives an operation batches. */
const usualCommandsPerSecond = 500

/** How many power commands the site sends in a second: what an administrator set, else 500. */
export async function readCommandsPerSecond(reader?: Reader): Promise<number> {
  return (await readSetting('commandsPerSecond', reader)) ?? usualCommandsPerSecond
}

/** How much room the image library may take, and from where it may fetch. */
export async function readImageLimits(reader?: Reader): Promise<ImageLimits> {
  return (await readSetting('images', reader)) ?? usualImageLimits
}

/** How many installs are under way at once: what an administrator set, else 8. */
export async function readInstallsAtOnce(reader?: Reader): Promise<number> {
  return (await readSetting('installsAtOnce', reader)) ?? installsAtOnce.usual
}
