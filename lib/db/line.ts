import { Client } from 'pg'

/** A connection of its own, for what is to end with it. */
export type Line = {
  client: Client
  /** Fires once, when the connection is gone; whoever finds it silent may fire it. */
  lost: AbortController
}

/**
 * Opens one. Postgres finds out within 5 s that this end is silent, by its keep-alives, and frees the locks that it held. A query that
 * takes longer than `queryMs` is given up; 0: none is.
 */
export async function openLine(url: string, name: string, queryMs = 0): Promise<Line> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: queryMs, keepAlive: true, application_name: `baseboard ${name}` })
  const lost = new AbortController()
  client.on('error', () => lost.abort())
  client.on('end', () => lost.abort())
  try {
    await client.connect()
    await client.query('SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3; SET idle_session_timeout = 0')
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
  return { client, lost }
}
