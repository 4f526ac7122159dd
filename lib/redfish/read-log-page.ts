import * as z from 'zod'
import { readIfThere } from './collection.ts'
import type { RedfishError } from './errors.ts'
import { link, list, number, parseLoose } from './loose.ts'
import { toLogEntry, type RedfishLogEntry } from './read-log-entry.ts'
import type { RedfishSession } from './session.ts'

/** A member of a log as a page gives it: whole, or only as a link that costs one more request. */
export type LogItem = { path: string | undefined; entry: RedfishLogEntry | undefined; id: string }

export type LogPage = {
  items: LogItem[]
  /** What the BMC says is the length of the whole log; some say the page's, some nothing. */
  total: number | undefined
  next: string | undefined
}

const collection = z.object({ Members: list, 'Members@odata.count': number, 'Members@odata.nextLink': link })
const reference = z.object({ '@odata.id': link })

/** One page of a log's Entries; undefined when it cannot be had, with the reason in `failures`. */
export async function readLogPage(session: RedfishSession, path: string, failures: RedfishError[]): Promise<LogPage | undefined> {
  const body = await readIfThere(session, path, failures)
  if (body === undefined) return undefined
  const parsed = parseLoose(collection, body)
  return {
    items: parsed.Members.flatMap((member) => toItem(member) ?? []),
    total: parsed['Members@odata.count'],
    next: parsed['Members@odata.nextLink'],
  }
}

function toItem(member: unknown): LogItem | undefined {
  if (typeof member !== 'object' || member === null) return undefined
  const path = parseLoose(reference, member)['@odata.id']
  const fallbackId = path?.split('/').at(-1) ?? ''
  const isWhole = 'Created' in member || 'Message' in member || 'EntryType' in member
  const entry = isWhole ? toLogEntry(member, fallbackId) : undefined
  const id = entry?.id ?? fallbackId
  return id === '' ? undefined : { path, entry, id }
}

/** The entry of an item; undefined when it is not there any more. */
export async function loadLogItem(session: RedfishSession, item: LogItem, failures: RedfishError[]): Promise<RedfishLogEntry | undefined> {
  if (item.entry !== undefined) return item.entry
  if (item.path === undefined) return undefined
  const body = await readIfThere(session, item.path, failures)
  return body === undefined ? undefined : toLogEntry(body, item.id)
}

export type LogOrder = 'newest-first' | 'oldest-first'

/** How a page is sorted: by the entries' times, else by numeric ids. Undefined when it does not show. */
export function toLogOrder(items: readonly LogItem[]): LogOrder | undefined {
  const [first, last] = [items[0], items.at(-1)]
  if (first === undefined || last === undefined || first === last) return undefined
  const times = [first, last].map(({ entry }) => Date.parse(entry?.created ?? ''))
  const ids = [first, last].map(({ id }) => (/^\d{1,15}$/.test(id) ? Number(id) : NaN))
  const [a, b] = ([times, ids] as [number, number][]).find(([x, y]) => x !== y && !Number.isNaN(x - y)) ?? []
  if (a === undefined || b === undefined) return undefined
  return a > b ? 'newest-first' : 'oldest-first'
}
