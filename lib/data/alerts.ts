import type { AlertCount, AlertList } from '#lib/api/alerts-contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as db from '#lib/db/alerts-read.ts'
import { readSetting } from '#lib/db/settings.ts'
import { demand } from './permission.ts'

/** More than a page can show; what is left out is counted. */
const mostFiring = 2_000
const mostOver = 50

/** What fires now and what was over in the last day. */
export async function listAlerts(user: SignedInUser): Promise<AlertList> {
  await demand(user, 'read')
  const { firing: total, pending } = await db.countAlerts()
  const setting = await readSetting('alerts')
  return { firing: await db.listFiring(mostFiring), total, pending, over: await db.listOver(mostOver), lookedAt: setting?.lookedAt ?? null }
}

export async function countAlerts(user: SignedInUser): Promise<AlertCount> {
  await demand(user, 'read')
  const { firing, quiet, level } = await db.countAlerts()
  return { firing, quiet, level }
}
