import * as z from 'zod'
import { isRedfishError, RedfishError, type RedfishErrorKind } from './errors.ts'
import type { Answer } from './exchange.ts'
import { link, links, list, number, parseLoose } from './loose.ts'
import type { RedfishSession } from './session.ts'

const MAX_PAGES = 50

const collection = z.object({ Members: links, 'Members@odata.nextLink': link })
const stated = z.object({ Members: list, 'Members@odata.count': number, 'Members@odata.nextLink': link })

/**
 * The paths of a collection's members, in order, each once, at most `limit`. Follows `nextLink`, distrusts `Members@odata.count`. What
 * the collection should have and does not give is added to `failures`.
 */
export async function readMembers(
  session: RedfishSession,
  path: string | undefined,
  limit: number,
  failures?: RedfishError[],
): Promise<string[]> {
  const members = new Set<string>()
  const seen = new Set<string>()
  let page = path
  while (page !== undefined && !seen.has(page) && seen.size < MAX_PAGES && members.size < limit) {
    seen.add(page)
    const body = await readLinked(session, page, failures)
    const gap = body === undefined ? undefined : findGap(body)
    if (gap !== undefined) failures?.push(toGarbled(session, page, gap))
    const { Members, 'Members@odata.nextLink': next } = parseLoose(collection, body)
    for (const member of Members) members.add(member)
    page = next
  }
  return [...members].slice(0, limit)
}

/** What a collection says of itself and does not hold to, in words: a member that is no link, or fewer members than it counts. */
export function findGap(body: unknown): string | undefined {
  const { Members: given, 'Members@odata.count': count, 'Members@odata.nextLink': next } = parseLoose(stated, body)
  if (typeof body !== 'object' || body === null || !Array.isArray((body as Record<string, unknown>)['Members'])) return 'no list of members'
  const usable = parseLoose(collection, body).Members.length
  if (usable < given.length) return `${given.length - usable} of ${given.length} members are no links`
  if (next === undefined && count !== undefined && count > given.length) return `it counts ${count} members and lists ${given.length}`
  return undefined
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
    return await session.read(path)
  } catch (error) {
    if (!isRedfishError(error, ...LOCAL_FAILURES)) throw error
    failures?.push(error)
    return undefined
  }
}

/** A link that leads nowhere and a list of nonsense stay so until the firmware changes; everything else may be better in two minutes. */
export const mayPass = (failure: RedfishError): boolean => failure.kind !== 'not-found' && failure.kind !== 'garbled'
