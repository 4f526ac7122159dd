import * as z from 'zod'
import { LOCAL_FAILURES } from './collection.ts'
import { isRedfishError, type RedfishErrorKind } from './errors.ts'
import { flag, link, nested, parseLoose, text } from './loose.ts'
import type { RedfishSession } from './session.ts'

/** Below this many members the proof costs more than it saves. */
const LEAST_MEMBERS = 4
/** After so many resources that could not be had expanded, and none that could, the BMC is not asked any more. */
const MAX_FAILED = 3

/** An expanded answer that is too large, too slow or garbled says nothing of the single resources. */
const EXCUSED: RedfishErrorKind[] = [...LOCAL_FAILURES, 'timeout', 'unreachable']

/** Reads many members in one request (`$expand`, DSP0266 §7.3), where this BMC can. */
export type Expansion = {
  /**
   * The bodies of those of `members` that came whole with one answer for `owner`, which lists them. The list is the caller's own, as read
   * without expansion: what is missing here is read by itself, and so nothing can be lost. Empty when the BMC does not advertise
   * expansion or has not proven it. Throws what concerns the whole BMC.
   */
  read(owner: string | undefined, members: readonly string[]): Promise<ReadonlyMap<string, unknown>>
  /** Whatever was learned of this BMC is asked anew. */
  forget(): void
}

/** `none`: an expansion that failed or lied. `proven`: a member read by itself had nothing that the expanded one lacked. */
type Standing = 'none' | 'proven'

export function createExpansion(session: RedfishSession): Expansion {
  const standings = new Map<string, Standing>()

  function isHopeless(): boolean {
    const known = [...standings.values()]
    return known.length >= MAX_FAILED && !known.includes('proven')
  }

  async function readWhole(owner: string, query: string, members: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const body = await getOrNothing(session, `${owner}${query}`)
    const whole = findWhole(body, new Set(members))
    if (whole.size === 0 || standings.get(owner) === 'proven') return whole
    const [path, poorest] = [...whole].reduce((least, one) => (countKeys(one[1]) < countKeys(least[1]) ? one : least))
    const alone = await getOrNothing(session, path)
    if (alone === undefined || lacks(poorest, alone)) return new Map()
    standings.set(owner, 'proven')
    return whole
  }

  return {
    async read(owner, members) {
      const query = session.root.expandQuery
      if (owner === undefined || query === undefined || owner.includes('?') || members.length < LEAST_MEMBERS) return new Map()
      if (standings.get(owner) === 'none' || isHopeless()) return new Map()
      const whole = await readWhole(owner, query, members)
      // A part of the members is worth it once; a BMC that leaves out most of them costs more than it saves.
      if (whole.size * 2 < members.length) standings.set(owner, 'none')
      return whole
    },
    forget: () => standings.clear(),
  }
}

async function getOrNothing(session: RedfishSession, path: string): Promise<unknown> {
  try {
    return await session.get(path)
  } catch (error) {
    if (!isRedfishError(error, ...EXCUSED)) throw error
    return undefined
  }
}

const features = z.object({
  ExpandQuery: nested({ NoLinks: flag, ExpandAll: flag, Levels: flag }),
})

/** The query that the service root offers (ProtocolFeaturesSupported), `?$expand=.($levels=1)`; undefined when it offers none. */
export function readExpandQuery(given: unknown): string | undefined {
  const { ExpandQuery: stated } = parseLoose(features, given)
  const levels = stated?.Levels === true ? '($levels=1)' : ''
  // "." leaves out what stands under Links, which no reader wants.
  if (stated?.NoLinks === true) return `?$expand=.${levels}`
  return stated?.ExpandAll === true ? `?$expand=*${levels}` : undefined
}

/** What each resource has (DSP0266 §9.5.4); a mere link has not, nor an error in its place. */
const resource = z.object({ '@odata.id': link, '@odata.type': text, Id: text, Name: text })

function isWhole(member: unknown): member is Record<string, unknown> {
  const { '@odata.type': type, Id, Name } = parseLoose(resource, member)
  return type !== undefined && (Id ?? Name) !== undefined && !('error' in (member as object))
}

/** The whole resources among the elements of the answer's lists that are wanted. One that came twice, and differs, is none. */
function findWhole(body: unknown, wanted: ReadonlySet<string>): Map<string, unknown> {
  const found = new Map<string, unknown>()
  const twice = new Set<string>()
  for (const element of Object.values(body ?? {}).flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []))) {
    const path = parseLoose(resource, element)['@odata.id']
    if (path === undefined || !wanted.has(path) || !isWhole(element)) continue
    if (found.has(path) && JSON.stringify(found.get(path)) !== JSON.stringify(element)) twice.add(path)
    found.set(path, element)
  }
  for (const path of twice) found.delete(path)
  return found
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, inner) => sum + 1 + countKeys(inner), 0)
}

/** Has `alone` anything that `expanded` has not? Values change from one reading to the next; what there is to tell does not. */
function lacks(expanded: unknown, alone: unknown): boolean {
  if (typeof alone !== 'object' || alone === null) return false
  if (typeof expanded !== 'object' || expanded === null) return true
  return Object.entries(alone).some(([key, value]) => {
    if (/^@odata\.(?:context|etag)$/.test(key)) return false
    return !(key in expanded) || lacks((expanded as Record<string, unknown>)[key], value)
  })
}
