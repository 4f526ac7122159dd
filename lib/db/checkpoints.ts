import type { Database, Transaction } from './client.ts'

export type NewestRow = { seq: number; hash: string }

type Reader = Pick<Transaction, '$queryRaw'>

/** The last row of the audit; null while there is none. */
export async function readNewestRow(db: Reader): Promise<NewestRow | null> {
  const rows = await db.$queryRaw<{ seq: bigint; hash: string }[]>`SELECT "seq", "hash" FROM "Audit" ORDER BY "seq" DESC LIMIT 1`
  return rows[0] === undefined ? null : { seq: Number(rows[0].seq), hash: rows[0].hash }
}

/** The hash of one row, null when there is no such row. */
export async function readRowHash(db: Reader, seq: number): Promise<string | null> {
  const rows = await db.$queryRaw<{ hash: string }[]>`SELECT "hash" FROM "Audit" WHERE "seq" = ${seq}`
  return rows[0]?.hash ?? null
}

/** The first row after `seq`: when it was written, and how long ago by the database's clock. Null when there is none. */
export async function readFirstAfter(db: Reader, seq: number): Promise<{ at: string; ageSeconds: number } | null> {
  const rows = await db.$queryRaw<{ at: Date; age: number }[]>`
    SELECT "at", extract(epoch FROM clock_timestamp() - "at")::float8 AS age FROM "Audit" WHERE "seq" > ${seq} ORDER BY "seq" LIMIT 1`
  return rows[0] === undefined ? null : { at: rows[0].at.toISOString(), ageSeconds: rows[0].age }
}

const workMs = 30_000
/** The pool may be busy with the logs of a whole fleet. */
const waitMs = 10_000

/** Runs `work` in a transaction while no other conductor signs a checkpoint; gives undefined, at once, when another does. */
export async function withCheckpointLock<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T | undefined> {
  return db.prisma.$transaction(
    async (tx) => {
      const rows = await tx.$queryRaw<{ held: boolean }[]>`SELECT pg_try_advisory_xact_lock(hashtext('audit_checkpoint')) AS held`
      return rows[0]?.held === true ? work(tx) : undefined
    },
    { maxWait: waitMs, timeout: workMs },
  )
}
