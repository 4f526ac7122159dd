import { isRedfishError, type RedfishError } from './errors.ts'
import { mapBounded } from './map-bounded.ts'
import type { RedfishModel } from './model.ts'
import type { RedfishLogEntry } from './read-log-entry.ts'
import { loadLogItem, readLogPage, toLogOrder, type LogItem, type LogOrder, type LogPage } from './read-log-page.ts'
import { readLogServices, type LogService } from './read-log-services.ts'
import type { RedfishSession } from './session.ts'

/** Where the next reading of one log goes on. Plain data: it may be kept as JSON. */
export type ServiceCursor = {
  order: LogOrder
  /** The newest entry that was seen. Where it is not found any more, the log was cleared or has wrapped past it. */
  newest: { id: string; created?: string }
  /** False for a log that comes whole in one answer. */
  isPaged: boolean
  /** How long the log said it was. */
  total?: number
  /** The latest change of an entry that counts repetitions (HPE). */
  updated?: string
  /** Older (or, oldest first, younger) pages that are still to be read, down to the entry `until` and for `left` entries at most. */
  resume?: { path: string; left: number; until?: string }
}

/** By the service's path. */
export type LogCursors = Record<string, ServiceCursor>

export type ServiceReading = {
  service: LogService
  /** What is new, or has changed since; in the BMC's order. */
  entries: RedfishLogEntry[]
  wasCleared: boolean
  /** False while older entries are left for the next reading. */
  isComplete: boolean
  /** Why the log could not be read, wholly or in part. */
  failures: RedfishError[]
}

/** `failures`: why there may be logs that were not found. */
export type LogReading = { services: ServiceReading[]; cursors: LogCursors; failures: RedfishError[] }

export type ReadLogOptions = {
  /** After so long no further page is begun; what is missing comes in the next reading. 30,000 by default. */
  budgetMs?: number
  /** Of each log at first sight, the newest. 5,000 by default. */
  limit?: number
  /** Pages of one log in one reading. */
  maxPages?: number
}

const MAX_ENTRY_GETS = 100

/**
 * Reads what is new in every event log of the BMC. The first reading gives the newest 5,000 entries of each, over several readings
 * where the BMC is slow; later ones cost one or two GETs per log. Entries may come twice (a log that moved between two pages), never
 * is one left out: tell them apart by service, id and time.
 */
export async function readLog(model: RedfishModel, cursors: LogCursors = {}, options: ReadLogOptions = {}): Promise<LogReading> {
  const { budgetMs = 30_000, limit = 5_000, maxPages = 40 } = options
  const { services, failures } = await readLogServices(model)
  const endMs = performance.now() + budgetMs
  const results = await mapBounded(services, (service) => {
    const scope: Scope = { session: model.session, service, limit, failures: [], pagesLeft: maxPages, getsLeft: MAX_ENTRY_GETS, endMs }
    return readService(scope, cursors[service.path])
  }, 2)
  const kept = results.flatMap(({ reading, cursor }) => (cursor === undefined ? [] : [[reading.service.path, cursor] as const]))
  return { services: results.map(({ reading }) => reading), cursors: Object.fromEntries(kept), failures }
}

/** What the reading of one log needs everywhere. */
type Scope = {
  session: RedfishSession
  service: LogService
  limit: number
  failures: RedfishError[]
  pagesLeft: number
  getsLeft: number
  endMs: number
}

type Outcome = { entries: RedfishLogEntry[]; cursor: ServiceCursor | undefined; wasCleared: boolean }

type Result = { reading: ServiceReading; cursor: ServiceCursor | undefined }

async function readService(scope: Scope, since: ServiceCursor | undefined): Promise<Result> {
  const { service, failures } = scope
  const done = ({ entries, cursor, wasCleared }: Outcome) => ({
    reading: { service, entries, wasCleared, isComplete: cursor?.resume === undefined && failures.length === 0, failures },
    cursor,
  })
  try {
    return done(await readNew(scope, since))
  } catch (error) {
    // One log that hangs must not cost the others; what ends the conversation is thrown.
    if (!isRedfishError(error, 'timeout')) throw error
    failures.push(error)
    return done({ entries: [], cursor: since, wasCleared: false })
  }
}

async function readNew(scope: Scope, since: ServiceCursor | undefined): Promise<Outcome> {
  const tail = since?.isPaged === true && since.order === 'oldest-first' ? await readTail(scope, since) : undefined
  if (tail !== undefined) return tail
  const page = await takePage(scope, scope.service.entries)
  if (page === undefined) return { entries: [], cursor: since, wasCleared: false }
  if (page.items.length === 0) return { entries: [], cursor: undefined, wasCleared: since !== undefined }
  const order = toLogOrder(page.items) ?? since?.order ?? 'newest-first'
  if (toNext(scope, page, 0) === undefined) return fromWhole(scope, page, order, since)
  return order === 'newest-first' ? fromHead(scope, page, since) : fromStart(scope, page, since)
}

/** A log that came in one answer: what stands on the newer side of the last known entry, and what has changed since. */
async function fromWhole(scope: Scope, page: LogPage, order: LogOrder, since: ServiceCursor | undefined): Promise<Outcome> {
  const newestFirst = order === 'newest-first' ? page.items : page.items.toReversed()
  const known = since === undefined ? -1 : newestFirst.findIndex((item) => isNewest(item, since))
  const fresh = known < 0 ? newestFirst.slice(0, scope.limit) : newestFirst.slice(0, known)
  const changed = known < 0 ? [] : newestFirst.slice(known).filter((item) => isChangedAfter(item, since))
  const entries = await loadAll(scope, [...fresh, ...changed])
  const updated = latest(page.items.map((item) => item.entry?.updated))
  const cursor = toCursor({ order, newest: newestFirst[0]!, total: page.total, isPaged: false, updated })
  return { entries, cursor, wasCleared: since !== undefined && known < 0 }
}

/** Newest first, in pages: from the head down to what is known, then on with what an earlier reading left. */
async function fromHead(scope: Scope, page: LogPage, since: ServiceCursor | undefined): Promise<Outcome> {
  const isKnown = (item: LogItem) => since !== undefined && isNewest(item, since)
  const head = await walk(scope, page, 0, isKnown, scope.limit)
  const entries = await loadAll(scope, head.items)
  const wasCleared = since !== undefined && !head.hasStopped && head.rest === undefined
  // What an even earlier reading left must not be cut off by what this one did not reach.
  const until = since?.resume === undefined ? since?.newest.id : since.resume.until
  const left = scope.limit - head.items.length
  let resume = head.rest === undefined ? undefined : { path: head.rest, left, ...(until === undefined ? {} : { until }) }
  if (head.hasStopped && since?.resume !== undefined) {
    const older = await goOn(scope, since.resume)
    entries.push(...(await loadAll(scope, older.items)))
    resume = older.resume
  }
  const cursor = toCursor({ order: 'newest-first', newest: page.items[0]!, total: page.total, isPaged: true, resume })
  return { entries, cursor, wasCleared }
}

/** Oldest first, in pages, with nothing known: from so far back as the limit allows to the end. */
async function fromStart(scope: Scope, page: LogPage, since: ServiceCursor | undefined): Promise<Outcome> {
  const at = Math.max(0, (page.total ?? 0) - scope.limit)
  const jumped = at > 0 ? await takePage(scope, toSkipPath(scope, at)) : undefined
  const hasJumped = jumped !== undefined && jumped.items.length > 0 && jumped.items[0]!.id !== page.items[0]!.id
  return forward(scope, hasJumped ? jumped : page, { at: hasJumped ? at : 0, total: page.total, since })
}

/** Oldest first, in pages, from the last known entry on. Undefined when it is not where it was: then the log is read anew. */
async function readTail(scope: Scope, since: ServiceCursor): Promise<Outcome | undefined> {
  const { resume, total } = since
  if (resume === undefined && total === undefined) return undefined
  const path = resume?.path ?? toSkipPath(scope, total! - 1)
  const page = await takePage(scope, path)
  if (page === undefined) return undefined
  if (resume !== undefined) return page.items.length === 0 ? undefined : forward(scope, page, { at: toSkip(path), total: page.total ?? total })
  const [anchor, ...items] = page.items
  if (anchor === undefined || !isNewest(anchor, since)) return undefined
  if (items.length === 0) return { entries: [], cursor: since, wasCleared: false }
  return forward(scope, { ...page, items }, { at: total!, total: page.total ?? total })
}

/** `at`: the place of the page in the log. `since`: to be looked for on the way, when it may be there or not. */
type Start = { at: number; total: number | undefined; since?: ServiceCursor | undefined }

async function forward(scope: Scope, page: LogPage, { at, total, since }: Start): Promise<Outcome> {
  const { items, rest } = await walk(scope, page, at, () => false, Infinity)
  const known = since === undefined ? -1 : items.findIndex((item) => isNewest(item, since))
  const fresh = items.slice(known + 1)
  const resume = rest === undefined ? undefined : { path: rest, left: scope.limit }
  const seen = total === undefined ? undefined : Math.max(total, at + items.length)
  const cursor = toCursor({ order: 'oldest-first', newest: items.at(-1)!, total: seen, isPaged: true, resume })
  return { entries: await loadAll(scope, fresh), cursor, wasCleared: since !== undefined && known < 0 }
}

type Older = { items: LogItem[]; resume: ServiceCursor['resume'] }

async function goOn(scope: Scope, resume: NonNullable<ServiceCursor['resume']>): Promise<Older> {
  if (isSpent(scope) || resume.left <= 0) return { items: [], resume: resume.left <= 0 ? undefined : resume }
  const page = await takePage(scope, resume.path)
  if (page === undefined) return { items: [], resume: undefined }
  const { items, rest, hasStopped } = await walk(scope, page, toSkip(resume.path), (item) => item.id === resume.until, resume.left)
  const left = resume.left - items.length
  return { items, resume: rest === undefined || hasStopped || left <= 0 ? undefined : { ...resume, path: rest, left } }
}

type Walk = { items: LogItem[]; hasStopped: boolean; rest: string | undefined }

/** Follows the pages from this one on; `at` is its place in the log, for BMCs that give no `nextLink` (iDRAC 7 to 9 up to 3.x). */
async function walk(scope: Scope, first: LogPage, at: number, isLast: (item: LogItem) => boolean, limit: number): Promise<Walk> {
  const items: LogItem[] = []
  const seen = new Set<string>()
  let page = first
  let place = at
  for (;;) {
    const before = items.length
    for (const item of page.items) {
      if (isLast(item)) return { items, hasStopped: true, rest: undefined }
      const key = `${item.id} ${item.entry?.created ?? ''}`
      if (items.length < limit && !seen.has(key)) items.push(item)
      seen.add(key)
    }
    // A BMC that does not know $skip gives the first page for ever.
    const hasAdded = items.length > before
    const next = toNext(scope, page, place)
    if (next === undefined || !hasAdded || items.length >= limit) return { items, hasStopped: false, rest: undefined }
    if (isSpent(scope)) return { items, hasStopped: false, rest: next }
    place += page.items.length
    const following = await takePage(scope, next)
    if (following === undefined) return { items, hasStopped: false, rest: undefined }
    page = following
  }
}

const isSpent = (scope: Scope): boolean => scope.pagesLeft <= 0 || performance.now() >= scope.endMs

async function takePage(scope: Scope, path: string): Promise<LogPage | undefined> {
  scope.pagesLeft--
  return readLogPage(scope.session, path, scope.failures)
}

function toNext(scope: Scope, page: LogPage, at: number): string | undefined {
  if (page.next !== undefined) return page.next
  const end = at + page.items.length
  return page.items.length > 0 && page.total !== undefined && page.total > end ? toSkipPath(scope, end) : undefined
}

const toSkipPath = ({ service }: Scope, skip: number): string => `${service.entries}?$skip=${skip}`

const toSkip = (path: string): number => Number(/[?&](?:\$|%24)skip=(\d{1,9})/i.exec(path)?.[1] ?? 0)

/** The entries of items; those behind links are asked for one by one, as many as one reading may. */
async function loadAll(scope: Scope, items: readonly LogItem[]): Promise<RedfishLogEntry[]> {
  const affordable = items.filter((item) => item.entry !== undefined || (!isOver(scope) && scope.getsLeft-- > 0))
  const entries = await mapBounded(affordable, (item) => loadLogItem(scope.session, item, scope.failures), 2)
  return entries.filter((entry) => entry !== undefined)
}

const isOver = (scope: Scope): boolean => performance.now() >= scope.endMs

/** Ids are used again after a clear, so the time must be the same too, where both are known. */
function isNewest(item: LogItem, { newest }: ServiceCursor): boolean {
  const created = item.entry?.created
  return item.id === newest.id && (created === undefined || newest.created === undefined || created === newest.created)
}

function isChangedAfter(item: LogItem, since: ServiceCursor | undefined): boolean {
  return Date.parse(item.entry?.updated ?? '') > Date.parse(since?.updated ?? '')
}

function latest(times: readonly (string | undefined)[]): string | undefined {
  return times.reduce((best, time) => (time !== undefined && !(Date.parse(best ?? '') >= Date.parse(time)) ? time : best), undefined)
}

type Place = {
  order: LogOrder
  newest: LogItem
  total: number | undefined
  isPaged: boolean
  updated?: string | undefined
  resume?: ServiceCursor['resume']
}

function toCursor({ order, newest, total, isPaged, updated, resume }: Place): ServiceCursor {
  return {
    order,
    newest: { id: newest.id, ...(newest.entry?.created === undefined ? {} : { created: newest.entry.created }) },
    isPaged,
    ...(total === undefined ? {} : { total }),
    ...(updated === undefined ? {} : { updated }),
    ...(resume === undefined ? {} : { resume }),
  }
}
