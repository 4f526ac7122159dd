import type { Protocol } from '#lib/domain/bmc.ts'
import { logSource, ourSource, type LogSource } from '#lib/domain/log-source.ts'
import { database } from './client.ts'
import { search, toPattern } from './search.ts'

/** What is asked of the events. Times are ISO; `words` must all occur; `before` is the place of the last row of the page before. */
export type EventFilter = {
  nodeId?: string
  levels?: readonly string[]
  source?: string
  words?: readonly string[]
  from?: string
  to?: string
  cleared?: boolean
  /** Only those that tell of a change of the inventory. */
  changesOnly?: boolean
  before?: { at: string; id: string }
  limit: number
}

export type EventRow = {
  id: string
  node: string
  key: string
  source: string
  sourceId: string
  at: Date | null
  bmcTime: string | null
  firstSeenAt: Date
  shownAt: Date
  level: 'ok' | 'warning' | 'critical'
  severity: string | null
  text: string
  sensor: string | null
  messageId: string | null
  raw: string | null
  asserted: boolean | null
  resolved: boolean | null
  cleared: boolean
  change: unknown
}

const columns = `e.id, n.name AS node, e.key, e.source, e."sourceId", e.at, e."bmcTime", e."firstSeenAt", e."shownAt", e.level, e.severity, e.text, e.sensor,
  e."messageId", e.raw, e.asserted, e.resolved, e.cleared, e.change`

function toConditions(filter: EventFilter): { where: string; values: unknown[] } {
  const values: unknown[] = []
  const bind = (value: unknown) => `$${values.push(value)}`
  const conditions: string[] = []
  if (filter.nodeId !== undefined) conditions.push(`e."nodeId" = ${bind(filter.nodeId)}`)
  if (filter.levels !== undefined) conditions.push(`e.level = ANY(${bind(filter.levels)})`)
  if (filter.source !== undefined) conditions.push(`e.source = ${bind(filter.source)}`)
  if (filter.from !== undefined) conditions.push(`e."shownAt" >= ${bind(filter.from)}::timestamptz`)
  if (filter.to !== undefined) conditions.push(`e."shownAt" < ${bind(filter.to)}::timestamptz`)
  if (filter.cleared !== undefined) conditions.push(`e.cleared = ${bind(filter.cleared)}`)
  if (filter.changesOnly === true) conditions.push('e.change IS NOT NULL')
  if (filter.before !== undefined) conditions.push(`(e."shownAt", e.id) < (${bind(filter.before.at)}::timestamptz, ${bind(filter.before.id)}::uuid)`)
  for (const word of filter.words ?? []) {
    conditions.push(`concat_ws(' ', e.text, e.sensor, e.source, e."messageId", n.name) ILIKE ${bind(toPattern(word))}`)
  }
  return { where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values }
}

/** A page of events, newest first. Rejects with SearchTooSlow when it would take longer than 8 s. */
export async function listEvents(filter: EventFilter): Promise<EventRow[]> {
  const { where, values } = toConditions(filter)
  const text = `SELECT ${columns} FROM "LogEntry" e JOIN "Node" n ON n.id = e."nodeId" ${where}
    ORDER BY e."shownAt" DESC, e.id DESC LIMIT $${values.length + 1}`
  return search<EventRow>(text, [...values, filter.limit])
}

export async function findEvent(id: string): Promise<EventRow | null> {
  const { rows } = await database().pool.query<EventRow>(`SELECT ${columns} FROM "LogEntry" e JOIN "Node" n ON n.id = e."nodeId" WHERE e.id = $1`, [id])
  return rows[0] ?? null
}

export type NodeSource = LogSource & { via: Protocol; readAt: Date }

/** The logs of a node's BMC as last read. */
export async function listSources(nodeId: string): Promise<NodeSource[]> {
  const { rows } = await database().pool.query<{ via: Protocol; readAt: Date; sources: unknown }>(
    'SELECT protocol AS via, "readAt", sources FROM "LogCursor" WHERE "nodeId" = $1 ORDER BY protocol DESC',
    [nodeId],
  )
  return rows.flatMap(({ via, readAt, sources }) =>
    (Array.isArray(sources) ? sources : []).flatMap((given: unknown) => {
      const parsed = logSource.safeParse(given)
      return parsed.success ? [{ ...parsed.data, via, readAt }] : []
    }),
  )
}

/** The names of all logs of the fleet, ours included. */
export async function listSourceNames(): Promise<string[]> {
  const { rows } = await database().pool.query<{ name: string }>(
    `SELECT DISTINCT s ->> 'name' AS name FROM "LogCursor", jsonb_array_elements(sources) AS s WHERE s ->> 'name' IS NOT NULL ORDER BY 1 LIMIT 200`,
  )
  return [...rows.map((row) => row.name), ourSource]
}
