import * as contract from '#lib/api/contract.ts'
import type { Event, EventList, EventQuery, LogClear, NodeEventList, NodeEventQuery } from '#lib/api/contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as db from '#lib/db/events-read.ts'
import { SearchTooSlow } from '#lib/db/search.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { findByName } from './nodes.ts'
import { findAsked, order } from './operations.ts'
import { demand } from './permission.ts'

/** A row as it crosses HTTP. A change that an older version wrote and that is not understood leaves its text. */
export function toEvent(row: db.EventRow): Event {
  const { at, firstSeenAt, shownAt: _, change, ...rest } = row
  const parsed = contract.inventoryChange.safeParse(change)
  return { ...rest, at: at?.toISOString() ?? null, seenAt: firstSeenAt.toISOString(), change: parsed.success ? parsed.data : null }
}

function toFilter({ level, source, q, from, to, cleared, before, limit }: NodeEventQuery): db.EventFilter {
  const [at, id] = before?.split('_') ?? []
  const words = q?.split(/\s+/).filter((word) => word !== '')
  return {
    limit,
    ...(level === undefined ? {} : { levels: level.split(',') }),
    ...(source === undefined ? {} : { source }),
    ...(words === undefined ? {} : { words }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(cleared === undefined ? {} : { cleared: cleared === 'true' }),
    ...(at === undefined || id === undefined ? {} : { before: { at, id } }),
  }
}

async function readPage(filter: db.EventFilter): Promise<{ events: Event[]; next: string | null }> {
  try {
    const rows = await db.listEvents(filter)
    const last = rows.length === filter.limit ? rows.at(-1) : undefined
    return { events: rows.map(toEvent), next: last === undefined ? null : `${last.shownAt.toISOString()}_${last.id}` }
  } catch (error) {
    if (error instanceof SearchTooSlow) throw new BaseboardError('search-too-slow', 422, 'the search took too long: narrow it by node, level or time')
    throw error
  }
}

/** Events of the whole fleet, or of one node, newest first. */
export async function listEvents(user: SignedInUser, { node, ...query }: EventQuery): Promise<EventList> {
  await demand(user, 'read')
  const nodeId = node === undefined ? {} : { nodeId: (await findByName(node)).id }
  return { ...(await readPage({ ...toFilter(query), ...nodeId })), sources: await db.listSourceNames() }
}

/** Events of one node, newest first, and how its logs were found last. */
export async function listNodeEvents(user: SignedInUser, name: string, query: NodeEventQuery): Promise<NodeEventList> {
  await demand(user, 'read')
  const { id } = await findByName(name)
  const sources = (await db.listSources(id)).map((source) => ({ ...source, readAt: source.readAt.toISOString() }))
  return { ...(await readPage({ ...toFilter(query), nodeId: id })), sources }
}

/** One event, for its permalink. */
export async function readEvent(user: SignedInUser, id: string): Promise<Event> {
  await demand(user, 'read')
  const row = await db.findEvent(id)
  if (row === null) throw new BaseboardError('unknown-event', 404, `there is no event ${id}`)
  return toEvent(row)
}

/** Asks for one log of a node's BMC to be cleared, once; a conductor keeps what it holds and then does it. */
export async function clearEvents(user: SignedInUser, name: string, { source }: LogClear, idempotencyKey: string | null): Promise<{ id: string }> {
  const attempt = { action: 'log-clear', node: name, target: source, detail: {} }
  await demand(user, 'clearLog', attempt)
  const node = await findByName(name)
  await demand(user, 'clearLog', attempt, [node])
  const request = { kind: 'log-clear', source, nodes: [name] }
  const known = await findAsked(user, idempotencyKey, request)
  if (known !== null) return known
  const found = (await db.listSources(node.id)).filter((one) => one.name === source)
  if (found.length === 0) throw new BaseboardError('unknown-source', 422, `${name} has no log ${source}`)
  if (!found.some((one) => one.canClear)) throw new BaseboardError('cannot-clear', 422, `the BMC of ${name} offers no clearing of its log ${source}`)
  return order(user, idempotencyKey, { kind: 'log-clear', action: 'ClearLog', options: { source }, request, nodes: [node], attempt })
}
