import { isIP, isIPv4 } from 'node:net'
import { networkRule, parseNetworks, toPlainAddress } from './networks.ts'

/**
 * From where images may be fetched. An entry is a host (`mirror.example.org`, `*.example.org`), an address, either with a port of its
 * own (`mirror.example.org:8080`), or a network in which a listed host may lie. What is not listed is not asked; and because a name may lead anywhere, a name
 * that leads to an address which is not public needs that address listed as well: fetching must not be a way into the site's own net (checklist 30).
 */
export type FetchList = { allowsUrl: (url: URL) => boolean; allowsAddress: (ip: string) => boolean }

const hostForm = /^(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

/** Addresses that the internet does not route to (RFC 6890) and `special` of networks.ts does not have. */
const inside = networkRule(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '192.0.0.0/24', '198.18.0.0/15', '240.0.0.0/4', 'fc00::/7', 'fec0::/10'])
const anywhere = networkRule(['0.0.0.0/0', '::/0'])

type Entry = { kind: 'host'; host: string; port: string | null } | { kind: 'network'; network: string }

const splitPort = (text: string): [string, string | null] => {
  const match = /^(.*?):(\d{1,5})$/.exec(text)
  return match !== null && (!match[1]!.includes(':') || match[1]!.endsWith(']')) ? [match[1]!, match[2]!] : [text, null]
}

/** Throws a RangeError that names the entry. */
function parseEntry(text: string): Entry {
  const entry = text.trim().toLowerCase()
  if (entry.includes('/')) return { kind: 'network', network: parseNetworks(entry)[0]! }
  const [host, port] = splitPort(entry)
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const address = isIP(bare) === 0 ? null : toPlainAddress(bare)
  const isName = address === null && hostForm.test(host) && host.length <= 253 && !/^[\d.]+$/.test(host)
  if ((address === null && !isName) || (port !== null && (Number(port) < 1 || Number(port) > 65535))) {
    throw new RangeError(`"${text.trim().slice(0, 100)}" is not a host such as mirror.example.org, *.example.org or 10.4.0.9:8080, nor a network such as 10.4.0.0/16`)
  }
  return { kind: 'host', host: address ?? host, port }
}

const toText = (entry: Entry): string => {
  if (entry.kind === 'network') return entry.network
  const host = isIP(entry.host) === 6 ? `[${entry.host}]` : entry.host
  return entry.port === null ? host : `${host}:${entry.port}`
}

/** The entries in their plain form, each once. Throws a RangeError that names the bad one. */
export const parseFetchList = (texts: readonly string[]): string[] => [...new Set(texts.map((text) => toText(parseEntry(text))))]

/** The host of a URL as it is compared: no brackets, no dot at its end, an address in its plainest form. */
function hostOf({ hostname }: URL): string {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  return toPlainAddress(bare) ?? bare
}

const matches = (host: string, pattern: string) => (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern)

export function fetchList(texts: readonly string[]): FetchList {
  const entries = texts.map(parseEntry)
  const networks = networkRule(entries.flatMap((entry) => (entry.kind === 'network' ? [entry.network] : isIP(entry.host) === 0 ? [] : [`${entry.host}/${isIPv4(entry.host) ? 32 : 128}`])))
  return {
    allowsUrl(url) {
      if (!['http:', 'https:'].includes(url.protocol)) return false
      const host = hostOf(url)
      if (entries.some((entry) => entry.kind === 'host' && matches(host, entry.host) && (entry.port === null ? url.port === '' : entry.port === (url.port || (url.protocol === 'https:' ? '443' : '80'))))) return true
      return isIP(host) !== 0 && url.port === '' && networks.allows(host)
    },
    allowsAddress: (ip) => networks.allows(ip) || (anywhere.allows(ip) && !inside.allows(ip)),
  }
}
