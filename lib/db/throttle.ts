import type { Transaction } from './client.ts'

/**
 * Counts one attempt before it is judged, so that a thousand at once cannot slip through together, and gives how many there were
 * in the present window and when that began. A window that is over begins anew.
 */
export async function countAttempt(db: Transaction, key: string, windowMs: number): Promise<{ attempts: number; windowAt: Date }> {
  const rows = await db.$queryRaw<{ failures: number; windowAt: Date }[]>`
    INSERT INTO "SignInThrottle" AS t ("key", "failures", "windowAt") VALUES (${key}, 1, now())
    ON CONFLICT ("key") DO UPDATE SET
      "failures" = CASE WHEN t."windowAt" < now() - make_interval(secs => ${windowMs / 1000}) THEN 1 ELSE least(t."failures" + 1, 1000000) END,
      "windowAt" = CASE WHEN t."windowAt" < now() - make_interval(secs => ${windowMs / 1000}) THEN now() ELSE t."windowAt" END
    RETURNING "failures", "windowAt"`
  const row = rows[0]!
  return { attempts: row.failures, windowAt: row.windowAt }
}

/** Forgets the attempts of a key after a right password, and takes this one back from the other. */
export async function forgiveAttempts(db: Transaction, forget: string, takeBack: string): Promise<void> {
  await db.signInThrottle.deleteMany({ where: { key: forget } })
  await db.signInThrottle.updateMany({ where: { key: takeBack, failures: { gt: 0 } }, data: { failures: { decrement: 1 } } })
}

export async function forgetOldAttempts(db: Transaction, before: Date): Promise<void> {
  await db.signInThrottle.deleteMany({ where: { windowAt: { lt: before } } })
}
