import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { networkRule, toPlainAddress } from '#lib/config/networks.ts'

/** What a connection is known by, apart from anything that its sender says. */
export type Peer = { address: string | null; tls: boolean }

/** Where a request comes from and was sent to, believed as far as it may be. `trusted`: it came through a proxy of ours. */
export type Forwarded = { ip: string; host: string; proto: 'http' | 'https'; trusted: boolean }

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim()

/** Walks X-Forwarded-For from our side: the first address that is not a proxy of ours is the sender. */
function senderOf(headers: IncomingHttpHeaders, peer: string, isProxy: (ip: string) => boolean): string {
  const said = [headers['x-forwarded-for'] ?? ''].flat().join(',').split(',')
  let sender = peer
  for (const text of said.toReversed()) {
    const address = toPlainAddress(text.trim())
    if (address === null) break
    sender = address
    if (!isProxy(address)) break
  }
  return sender
}

/**
 * Reads where a request comes from. Headers that a proxy writes count only when the peer is in TRUSTED_PROXY: everybody else could
 * write them too, and would be another person to the throttle and to the audit each time.
 */
export function readForwarded(headers: IncomingHttpHeaders, peer: Peer, proxies: readonly string[]): Forwarded {
  const rule = networkRule(proxies)
  const isProxy = (ip: string) => rule.allows(ip)
  const address = (peer.address === null ? null : toPlainAddress(peer.address)) ?? 'unknown'
  const trusted = isIP(address) !== 0 && isProxy(address)
  const host = (trusted ? first(headers['x-forwarded-host']) : undefined) ?? headers.host ?? ''
  const said = trusted ? first(headers['x-forwarded-proto']) : undefined
  const proto = said === 'https' || said === 'http' ? said : peer.tls ? 'https' : 'http'
  return { ip: trusted ? senderOf(headers, address, isProxy) : address, host: host.toLowerCase(), proto, trusted }
}

/** The headers of a client that Next or a proxy would give a meaning: nobody outside may set them. */
const internal = /^(x-forwarded-|x-middleware-|x-invoke-|x-matched-|x-now-|x-vercel-|x-nextjs-|x-baseboard-|forwarded$|x-real-ip$|x-nonce$|x-request-id$|content-security-policy|next-action$|next-resume$|x-prerender-|x-action-)/

/** Takes those headers off a request, and writes the ones that are true. */
export function writeForwarded(headers: IncomingHttpHeaders, forwarded: Forwarded): void {
  for (const name of Object.keys(headers)) if (internal.test(name)) delete headers[name]
  headers['x-forwarded-for'] = forwarded.ip
  headers['x-forwarded-host'] = forwarded.host
  headers['x-forwarded-proto'] = forwarded.proto
  headers.host = forwarded.host
}

const hostShape = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?\.?)(:\d{1,5})?$/

/**
 * Is this a name that we answer to? An address or `localhost` always is. Another name, over plain HTTP on a loopback address, is a page
 * of a stranger whose name was made to point here (DNS rebinding); TLS or a proxy of ours vouches for its name.
 */
export function isOurHost({ host, proto, trusted }: Forwarded): boolean {
  const parsed = hostShape.exec(host)
  if (parsed === null) return false
  const name = parsed[1]!.replace(/^\[|\]$|\.$/g, '')
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true
  return proto === 'https' || trusted
}
