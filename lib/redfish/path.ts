const MAX_PATH = 2048

/**
 * The path to request for a link a BMC gave (`@odata.id`, `nextLink`, an action's target), or undefined when it must not be followed.
 * Only absolute paths under `/redfish/` on the same BMC: a hostile BMC could otherwise aim our credentials or our process at others.
 * A fragment (`…/Thermal#/Fans/0`) names a part of the document and is cut off, blanks are escaped, a query (`?$skip=50`) is kept.
 */
export function toSafePath(link: unknown): string | undefined {
  if (typeof link !== 'string' || link.length > MAX_PATH) return undefined
  const path = (link.split('#', 1)[0] ?? '').replaceAll(' ', '%20')
  if (!path.startsWith('/redfish/')) return undefined
  // Visible ASCII without backslash: control characters would split the request line, others mean different paths to different servers.
  if (!/^[\x21-\x5b\x5d-\x7e]+$/.test(path)) return undefined
  const [resource = '', ...query] = path.split('?')
  if (query.length > 1 || resource.includes('//')) return undefined
  if (/%(?:2f|5c|00)/i.test(resource)) return undefined
  const climbs = resource.split('/').some((segment) => /^\.{1,2}$/.test(segment.replace(/%2e/gi, '.')))
  return climbs ? undefined : path
}

/**
 * The path of a `Location` header. DSP0266 allows an absolute URI there; of it only the path counts, because the next request goes
 * over the same pinned connection whatever the BMC believes its own name to be.
 */
export function toLocationPath(location: unknown): string | undefined {
  if (typeof location !== 'string') return undefined
  return toSafePath(location.replace(/^https?:\/\/[^/\\?#]*/i, ''))
}

/**
 * The one redirect that is followed: the same path with or without its trailing slash, on the same host.
 * Anything else a BMC answers with 3xx is an error.
 */
export function toSlashRedirect(requested: string, location: unknown, authority: string): string | undefined {
  if (typeof location !== 'string') return undefined
  const absolute = /^https?:\/\/([^/\\?#]*)/i.exec(location)
  if (absolute !== null && !sameHost(absolute[1] ?? '', authority)) return undefined
  const path = toLocationPath(location)
  if (path === undefined || path === requested) return undefined
  return withoutSlash(path) === withoutSlash(requested) ? path : undefined
}

function sameHost(given: string, authority: string): boolean {
  const host = authority.replace(/:\d+$/, '')
  return given.toLowerCase() === authority.toLowerCase() || given.toLowerCase() === host.toLowerCase()
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, '')
}

/** One path however it is written: a last slash and the case make no other resource (HPE's links differ in case). */
export const toPathKey = (path: string): string => path.replace(/\/$/, '').toLowerCase()

/** Whether a link among these leads to the path. */
export const leadTo = (links: readonly string[], path: string): boolean => links.some((link) => toPathKey(link) === toPathKey(path))

/** The last name in a path, by which a resource without an id of its own is called. */
export function toLastSegment(path: string): string {
  return path.split('/').findLast((segment) => segment !== '') ?? path
}
