import { isLinkToken, isServedName } from '#lib/domain/image-link.ts'

const absolute = /^https?:\/\/[^/]*/i
const path = /^\/+i\/+([^/]+)\/+([^/]+)$/

/**
 * Which link a request target is of: `/i/<token>/<name>.iso`, with the slashes that firmware doubles when it joins host and path
 * (Supermicro CfgCD), and as an absolute URL (RFC 9112 §3.2.2). Null for all else: nothing is decoded, so nothing can climb.
 */
export function toPlace(target: string): { token: string; name: string } | null {
  const match = path.exec(target.replace(absolute, ''))
  if (match === null) return null
  const [, token = '', name = ''] = match
  return isLinkToken(token) && isServedName(name) ? { token, name } : null
}
