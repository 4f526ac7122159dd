import { toPathKey, toSafePath } from './path.ts'

/** What of a service is linked and not read yet: the tree first, in the order in which it is met, single log entries last. */
export type Frontier = {
  /** Takes note of every link of a body. */
  add(body: unknown): void
  /** The next path to read; undefined when all is read. */
  next(): string | undefined
  /** How many paths wait. */
  waiting(): number
  /** How many were passed over, because there were enough of their sort. */
  skipped(): number
}

/** Each entry by itself costs a request and tells what its collection told, so only a sample of a log that lists bare links is read. */
const MAX_ENTRIES = 500

/** Schemas and registries describe Redfish and not the machine; sessions are gone in a moment, and ours is one of them. */
const PASSED_OVER = /^\/redfish\/v1\/(?:(?:json-?schemas|schemastore|registries|registrystore)\/.|\$metadata|odata|.*sessionservice\/sessions\/.|.*sessions\/members\/.)/i
const ENTRY = /\/(?:log)?entries(?:\/|\?)./i

/** `limit` bounds what is remembered: a hostile BMC can make up links without end. */
export function createFrontier(root: string, limit: number): Frontier {
  const seen = new Set<string>([toPathKey(root)])
  const tree: string[] = [root]
  const entries: string[] = []
  let taken = 0
  let takenEntries = 0
  let passed = 0

  function addLink(link: string, isEmbedded: boolean): void {
    const path = toSafePath(link)
    if (path === undefined || PASSED_OVER.test(path) || seen.has(toPathKey(path)) || seen.size >= limit) return
    seen.add(toPathKey(path))
    if (!ENTRY.test(path)) tree.push(path)
    else if (entries.length < MAX_ENTRIES && !isEmbedded) entries.push(path)
    else if (!isEmbedded) passed++
  }

  function walk(part: unknown): void {
    if (Array.isArray(part)) return part.forEach(walk)
    if (typeof part !== 'object' || part === null) return
    const members = Object.entries(part)
    for (const [key, value] of members) {
      // What stands here whole (a log entry in its collection) need not be read again by itself.
      if (typeof value !== 'string') walk(value)
      else if (isLinkKey(key)) addLink(value, key === '@odata.id' && members.length > 3)
    }
  }

  return {
    add: walk,
    next: () => (taken < tree.length ? tree[taken++] : entries[takenEntries++]),
    waiting: () => tree.length - taken + Math.max(0, entries.length - takenEntries),
    skipped: () => passed,
  }
}

const isLinkKey = (key: string) => key === '@odata.id' || key.endsWith('nextLink') || key === '@Redfish.ActionInfo' || key === '@Redfish.Settings'
