import type { Client } from 'pg'
import { rethrow } from './away.ts'
import { openLine } from './line.ts'

/**
 * A duty that one process has at a time: it holds a session's advisory lock on a connection of its own. What only the one who has it may
 * write is written over this connection, so that whoever lost the lock cannot write. Whatever kills the process or the line frees it.
 */
export type Duty = {
  client: Client
  /** Tries to get it; true when it is held. */
  take: () => Promise<boolean>
  /** Fires once, when the connection is gone. */
  lost: AbortSignal
  close: () => Promise<void>
}

/** A query that takes longer has no line any more. */
const queryMs = 20_000

/** Opens the connection, without the lock yet. Throws DatabaseAway. */
export async function openDuty(url: string, name: string): Promise<Duty> {
  const { client, lost } = await openLine(url, name, queryMs).catch(rethrow)
  return {
    client,
    lost: lost.signal,
    async take() {
      const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock(hashtext($1)) AS held', [name])
      return rows[0]?.held === true
    },
    async close() {
      await client.end().catch(() => {})
    },
  }
}

/** Runs SQL in one transaction of this connection; rolled back when `work` throws. */
export async function inDuty<T>({ client }: Duty, work: (client: Client) => Promise<T>): Promise<T> {
  await client.query('BEGIN').catch(rethrow)
  try {
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    return rethrow(error)
  }
}
