import type { MediaProtocol } from './media.ts'

/** An image on a server that is not ours, by its address: what a person types, and what a BMC is told. */
export type Share = { protocol: MediaProtocol; host: string; url: string; file: string }

const longest = 300
const octet = '(?:0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])'
const host = `(?:${octet}(?:\\.${octet}){3}|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)`
/**
 * What firmware takes everywhere (vendors §2.2): no query, no fragment, nothing escaped, no name or password in front of the host, one folder at
 * least, and a name that ends in `.iso` or `.img`.
 */
const grammar = new RegExp(`^(https?|nfs|cifs|smb)://(${host})(:\\d{1,5})?((?:/[A-Za-z0-9._~+-]+)+/[A-Za-z0-9][A-Za-z0-9._~+-]*\\.(?:iso|img))$`, 'i')

/** The share of this address; a sentence why it is none where it does not fit. `smb` is `cifs` by its other name. */
export function parseShare(text: string): Share | { why: string } {
  if (text.length > longest) return { why: `is longer than ${longest} characters` }
  if (/^[a-z]+:\/\/[^/]*@/i.test(text)) return { why: 'has a user or password in it: these must not stand in an address' }
  const match = grammar.exec(text)
  if (match === null) return { why: 'is not like nfs://10.0.0.5/folder/image.iso: http, https, nfs or cifs, a host, one folder at least, plain letters, and .iso or .img at its end' }
  const [, scheme, name, port = '', path] = match
  if (port !== '' && (Number(port.slice(1)) < 1 || Number(port.slice(1)) > 65_535)) return { why: `has no port ${port.slice(1)}` }
  if (path!.split('/').some((part) => part === '.' || part === '..')) return { why: 'has . or .. in its path' }
  const protocol = (scheme!.toLowerCase() === 'smb' ? 'cifs' : scheme!.toLowerCase()) as MediaProtocol
  return { protocol, host: name!.toLowerCase(), url: `${protocol}://${name!.toLowerCase()}${port}${path}`, file: path!.slice(path!.lastIndexOf('/') + 1) }
}
