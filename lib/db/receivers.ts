import { mailServer, type MailServer, type MessageLanguage, type Receiver, type ReceiverKind } from '#lib/domain/receiver.ts'
import { testMessage } from '#lib/domain/alert-message.ts'
import { database, type Transaction } from './client.ts'

/** web's side of receivers: their secrets are written here and never read. */
type Row = Omit<Receiver, 'deliveredAt' | 'failedAt' | 'nextTryAt' | 'mail'> & { mail: unknown; deliveredAt: Date | null; failedAt: Date | null; nextTryAt: Date | null }

const toReceiver = ({ mail, deliveredAt, failedAt, nextTryAt, ...row }: Row): Receiver => ({
  ...row,
  mail: mail === null ? null : mailServer.parse(mail),
  deliveredAt: deliveredAt?.toISOString() ?? null,
  failedAt: failedAt?.toISOString() ?? null,
  nextTryAt: nextTryAt?.toISOString() ?? null,
})

/** Receivers by name, with how their last deliveries went and how many messages wait. */
export async function listReceivers(): Promise<Receiver[]> {
  const { rows } = await database().pool.query<Row>(
    `SELECT r.id, r.name, r.kind, r.language, r.host, r."isPlain", r."isSigned", r.mail, r.site, r."deliveredAt", r."failedAt", r.failure,
      CASE WHEN r."nextTryAt" > now() THEN r."nextTryAt" END AS "nextTryAt",
      NOT EXISTS (SELECT 1 FROM "ReceiverInbox" i WHERE i."receiverId" = r.id) AS "isReady",
      (SELECT count(*)::int FROM "AlertMessage" m WHERE m."receiverId" = r.id AND m.state IN ('queued', 'sending')) AS waiting
    FROM "Receiver" r ORDER BY lower(r.name), r.name`,
  )
  return rows.map(toReceiver)
}

export type ReceiverData = {
  name: string
  kind: ReceiverKind
  language: MessageLanguage
  host: string
  isPlain: boolean
  isSigned: boolean
  mail: MailServer | null
  site: string
}

/** Adds a receiver; false when the name is taken. */
export async function insertReceiver(tx: Transaction, receiver: ReceiverData & { id: string }): Promise<boolean> {
  const { mail, ...rest } = receiver
  const { count } = await tx.receiver.createMany({ data: [mail === null ? rest : { ...rest, mail }], skipDuplicates: true })
  return count === 1
}

/** Locks a receiver for a change. */
export async function lockReceiver(tx: Transaction, id: string): Promise<(ReceiverData & { id: string }) | null> {
  const rows = await tx.$queryRaw<(ReceiverData & { id: string })[]>`
    SELECT id::text, name, kind, language, host, "isPlain", "isSigned", mail, site FROM "Receiver" WHERE id = ${id}::uuid FOR UPDATE`
  return rows[0] ?? null
}

export async function updateReceiver(tx: Transaction, id: string, { mail, ...rest }: Partial<Omit<ReceiverData, 'kind'>>): Promise<void> {
  await tx.receiver.updateMany({ where: { id }, data: mail === undefined || mail === null ? rest : { ...rest, mail } })
}

export const isReceiverName = async (tx: Transaction, name: string): Promise<boolean> => (await tx.receiver.count({ where: { name } })) > 0
export const countReceivers = (tx: Transaction): Promise<number> => tx.receiver.count()

/** Of these ids those that are receivers. */
export const findReceivers = async (tx: Transaction, ids: readonly string[]): Promise<{ id: string; name: string }[]> =>
  tx.receiver.findMany({ where: { id: { in: [...ids] } }, select: { id: true, name: true } })

/** Puts a secret, sealed to the conductor, on its way. Of several that wait the newest counts. */
export async function putReceiverSecret(tx: Transaction, receiverId: string, sealed: Uint8Array<ArrayBuffer>): Promise<void> {
  await tx.receiverInbox.createMany({ data: [{ receiverId, sealed }] })
}

/** Removes a receiver, and takes it out of the rules that tell it. */
export async function deleteReceiver(tx: Transaction, id: string): Promise<void> {
  await tx.$executeRaw`UPDATE "AlertRule" SET receivers = array_remove(receivers, ${id}::uuid) WHERE ${id}::uuid = ANY(receivers)`
  await tx.receiver.deleteMany({ where: { id } })
}

/** Puts a test message into a receiver's line; null while one is waiting already. */
export async function insertTest(tx: Transaction, receiverId: string): Promise<string | null> {
  const waiting = await tx.alertMessage.count({ where: { receiverId, kind: 'test', state: { in: ['queued', 'sending'] } } })
  if (waiting > 0) return null
  return (await tx.alertMessage.create({ data: { receiverId, kind: 'test', content: testMessage }, select: { id: true } })).id
}
