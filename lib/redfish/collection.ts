import * as z from 'zod'
import { isRedfishError, RedfishError, type RedfishErrorKind } from './errors.ts'
import type { Answer } from './exchange.ts'
import { link, links, list, number, parseLoose } from './loose.ts'
import type { RedfishSession } from './session.ts'
import { noteMembers, readSpelled } from './spelling.ts'

const MAX_PAGES = 50

const stated = z.object({ Members: list, 'Members@odata.count': number, 'Members@odata.nextLink': link })

/**
 * The paths of a collection's members, in order, each once, at most `limit`. Follows `nextLink`; without one, a collection that counts more
 * than it lists is asked for the rest by `$skip` as long as that brings any, which is how iDRAC 7 to 9 up to 3.x page. What the collection
 * should have and does not give is added to `failures`. `first` is its first page, where that was read already.
 */
export async function readMembers(
  session: RedfishSession,
  path: string | undefined,
  limit: number,
  failures?: RedfishError[],
  first?: unknown,
): Promise<string[]> {
  const members = new Set<string>()
  const seen = new Set<string>()
  let listed = 0
  let page = path
  while (page !== undefined && !seen.has(page) && seen.size < MAX_PAGES && members.size < limit) {
    const body = seen.size === 0 && first !== undefined ? first : await readLinked(session, page, failures)
    seen.add(page)
    const gap = body === undefined ? undefined : findGap(body)
    if (gap !== undefined) failures?.push(toGarbled(session, page, gap))
    const { Members, 'Members@odata.count': count = 0, 'Members@odata.nextLink': next } = parseLoose(stated, body)
    const before = members.size
    for (const member of links.parse(Members)) members.add(member)
    listed += Members.length
    const isShort = next === undefined && count > listed
    // A BMC that does not know $skip gives the first page again.
    page = isShort && members.size > before ? toRest(path!, listed) : next
    if (isShort && page === undefined) failures?.push(toGarbled(session, path!, `it counts ${count} members and lists ${members.size}`))
  }
  noteMembers(session, [...members])
  return [...members].slice(0, limit)
}

const toRest = (path: string, listed: number): string | undefined => (path.includes('?') ? undefined : `${path}?$skip=${listed}`)

/** What a collection should be and is not, in words: a list whose members are links. */
export function findGap(body: unknown): string | undefined {
  const { Members: given } = parseLoose(stated, body)
  if (typeof body !== 'object' || body === null || !Array.isArray((body as Record<string, unknown>)['Members'])) return 'no list of members'
  const usable = links.parse(given).length
  return usable < given.length ? `${given.length - usable} of ${given.length} members are no links` : undefined
}

/** A resource that came and is not what it should be, as a failure of its own. */
export function toGarbled(session: RedfishSession, path: string, text: string): RedfishError {
  return new RedfishError('garbled', session.address, `GET ${path}: ${text}`, { status: 200 })
}

/** What one resource may answer without the whole reading being in vain. */
export const LOCAL_FAILURES: RedfishErrorKind[] = ['not-found', 'forbidden', 'http', 'bad-json', 'garbled', 'too-large', 'foreign-link']

/**
 * The resource's body, or undefined when this one resource cannot be had; why is added to `failures`, except that it is not there.
 * What concerns the whole BMC is thrown.
 */
export async function readIfThere(session: RedfishSession, path: string, failures?: RedfishError[]): Promise<unknown> {
  const found: RedfishError[] = []
  const body = await readLinked(session, path, found)
  failures?.push(...found.filter(mayPass))
  return body
}

/** As `readIfThere`, for what the tree links: that it is not there is a failure as well. */
export async function readLinked(session: RedfishSession, path: string, failures?: RedfishError[]): Promise<unknown> {
  return (await readAnswer(session, path, failures))?.body
}

/** As `readLinked`, with when it was asked and answered. */
export async function readAnswer(session: RedfishSession, path: string, failures?: RedfishError[]): Promise<Answer | undefined> {
  try {
    return await readSpelled(session, path)
  } catch (error) {
    if (!isRedfishError(error, ...LOCAL_FAILURES)) throw error
    failures?.push(error)
    return undefined
  }
}

/** A link that leads nowhere and a list of nonsense stay so until the firmware changes; everything else may be better in two minutes. */
export const mayPass = (failure: RedfishError): boolean => failure.kind !== 'not-found' && failure.kind !== 'garbled'
