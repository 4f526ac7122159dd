import type { ClientBase } from 'pg'
import { alertMessage, type AlertMessage } from '#lib/domain/alert-message.ts'
import { mailServer, type MailServer, type MessageLanguage, type ReceiverKind } from '#lib/domain/receiver.ts'
import type { Database } from './client.ts'

/** A message that is to be delivered now, and all that is known of its receiver. `tries` counts this one. */
export type Delivery = {
  id: string
  tries: number
  createdAt: Date
  message: AlertMessage
  receiver: { id: string; name: string; kind: ReceiverKind; language: MessageLanguage; isPlain: boolean; mail: MailServer | null; site: string; failures: number; sealed: Uint8Array | null }
}

type Row = Omit<Delivery, 'message' | 'receiver'> & { content: unknown } & Omit<Delivery['receiver'], 'id' | 'mail'> & { receiverId: string; mail: unknown }

/** A day later nobody wants to know any more. */
const lateHours = 24

/** Gives up what is too old to be told. */
export async function expireMessages(client: ClientBase): Promise<void> {
  await client.query(
    `UPDATE "AlertMessage" SET state = 'failed', failure = 'not delivered within a day', "finishedAt" = now()
    WHERE state IN ('queued', 'sending') AND "createdAt" < now() - make_interval(hours => ${lateHours})`,
  )
}

/**
 * The next message of each receiver that is not busy and not left alone after failures, marked as being sent: a test first, else the oldest.
 * What another had begun to send is sent again. Only over the connection that has the duty.
 */
export async function claimDeliveries(client: ClientBase, busy: readonly string[], limit: number): Promise<Delivery[]> {
  const { rows } = await client.query<Row>(
    `WITH next AS (
      SELECT DISTINCT ON (m."receiverId") m.id FROM "AlertMessage" m JOIN "Receiver" r ON r.id = m."receiverId"
      WHERE m.state IN ('queued', 'sending') AND r.id <> ALL($1) AND (m.kind = 'test' OR r."nextTryAt" IS NULL OR r."nextTryAt" <= now())
      ORDER BY m."receiverId", (m.kind = 'test') DESC, m."createdAt", m.id)
    UPDATE "AlertMessage" m SET state = 'sending', tries = tries + 1
    FROM (SELECT id FROM next LIMIT $2) n, "Receiver" r LEFT JOIN "ReceiverSecret" s ON s."receiverId" = r.id
    WHERE m.id = n.id AND r.id = m."receiverId"
    RETURNING m.id, m.tries, m."createdAt", m.content, r.id AS "receiverId", r.name, r.kind, r.language, r."isPlain", r.mail, r.site, r.failures, s.sealed`,
    [busy, limit],
  )
  return rows.map(({ id, tries, createdAt, content, receiverId, mail, ...receiver }) => ({
    id,
    tries,
    createdAt,
    message: alertMessage.parse(content),
    receiver: { ...receiver, id: receiverId, mail: mail === null ? null : mailServer.parse(mail) },
  }))
}

/** In how many milliseconds the next receiver that was left alone may be tried again; null: none waits. */
export async function nextTryInMs(client: ClientBase, busy: readonly string[]): Promise<number | null> {
  const { rows } = await client.query<{ ms: number | null }>(
    `SELECT extract(epoch FROM min(greatest(r."nextTryAt", now())) - now())::float8 * 1000 AS ms FROM "Receiver" r
    WHERE r.id <> ALL($1) AND EXISTS (SELECT 1 FROM "AlertMessage" m WHERE m."receiverId" = r.id AND m.state IN ('queued', 'sending'))`,
    [busy],
  )
  return rows[0]?.ms ?? null
}

/** It has arrived; `short` is what fell short all the same. Nothing happens when another has taken it up since. */
export async function markDelivered(db: Database, { id, tries, receiver }: Delivery, short: string | null): Promise<void> {
  await db.pool.query(
    `WITH done AS (UPDATE "AlertMessage" SET state = 'sent', failure = $4, "finishedAt" = now() WHERE id = $1 AND tries = $2 AND state = 'sending' RETURNING 1)
    UPDATE "Receiver" SET "deliveredAt" = now(), failures = 0, "nextTryAt" = NULL, failure = coalesce($4, failure),
      "failedAt" = CASE WHEN $4::text IS NULL THEN "failedAt" ELSE now() END
    WHERE id = $3 AND EXISTS (SELECT 1 FROM done)`,
    [id, tries, receiver.id, short],
  )
}

/** It has not. Tried again after the pause, by which the receiver's whole line waits; given up when `retryMs` is null, and the line goes on. */
export async function markFailed(db: Database, { id, tries, receiver, message }: Delivery, failure: string, retryMs: number | null): Promise<void> {
  await db.pool.query(
    `WITH done AS (
      UPDATE "AlertMessage" SET state = CASE WHEN $5::float8 IS NULL THEN 'failed' ELSE 'queued' END, failure = $4,
        "finishedAt" = CASE WHEN $5::float8 IS NULL THEN now() END
      WHERE id = $1 AND tries = $2 AND state = 'sending' RETURNING 1)
    UPDATE "Receiver" SET "failedAt" = now(), failure = $4, failures = failures + $6::int,
      "nextTryAt" = CASE WHEN $6::int = 0 THEN "nextTryAt" WHEN $5::float8 IS NULL THEN NULL ELSE now() + make_interval(secs => $5::float8 / 1000) END
    WHERE id = $3 AND EXISTS (SELECT 1 FROM done)`,
    [id, tries, receiver.id, failure, retryMs, message.kind === 'test' ? 0 : 1],
  )
}

/** Forgets messages that have ended, and silences that are over, for longer than `keepDays`. */
export async function purgeAlertHistory(db: Database, keepDays: number): Promise<void> {
  await db.pool.query(`DELETE FROM "AlertMessage" WHERE "finishedAt" < now() - $1 * interval '1 day'`, [keepDays])
  await db.pool.query(`DELETE FROM "Silence" WHERE until < now() - $1 * interval '1 day'`, [keepDays])
}
