import * as z from 'zod'
import { isRedfishError, type RedfishError, type RedfishErrorKind } from './errors.ts'
import { link, links, parseLoose } from './loose.ts'
import type { RedfishSession } from './session.ts'

const MAX_PAGES = 50

const collection = z.object({ Members: links, 'Members@odata.nextLink': link })

/** The paths of a collection's members, in order, each once, at most `limit`. Follows `nextLink`, distrusts `Members@odata.count`. */
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
    const body = parseLoose(collection, await readIfThere(session, page, failures))
    for (const member of body.Members) members.add(member)
    page = body['Members@odata.nextLink']
  }
  return [...members].slice(0, limit)
}

/** What one resource may answer without the whole reading being in vain. */
const LOCAL_FAILURES: RedfishErrorKind[] = ['not-found', 'forbidden', 'http', 'bad-json', 'too-large', 'foreign-link']

/**
 * The resource's body, or undefined when this one resource cannot be had; why is added to `failures`, except that it is not there.
 * What concerns the whole BMC is thrown.
 */
export async function readIfThere(session: RedfishSession, path: string, failures?: RedfishError[]): Promise<unknown> {
  try {
    return await session.get(path)
  } catch (error) {
    if (!isRedfishError(error, ...LOCAL_FAILURES)) throw error
    if (error.kind !== 'not-found') failures?.push(error)
    return undefined
  }
}
