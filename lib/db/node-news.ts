import type { AuditEntry } from '#lib/domain/audit.ts'
import { appendAudit } from './audit.ts'
import { inTransaction, type Database } from './client.ts'
import { isStillOwned, putEntries, tellNews, type NewEntry } from './events.ts'
import type { Owner } from './steps.ts'

/** What a conductor found out by itself of a node: a line of its events and a row of the audit, both or neither. Nothing when the node is not ours. */
export async function writeNodeNews(db: Database, owner: Owner, nodeId: string, news: { entry: NewEntry; audit: AuditEntry }): Promise<void> {
  await inTransaction(db, async (client) => {
    if (!(await isStillOwned(client, owner, nodeId))) return
    await putEntries(client, nodeId, null, Date.now(), [news.entry])
    await tellNews(client, nodeId)
    await appendAudit(client, news.audit)
  })
}
