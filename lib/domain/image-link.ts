import * as z from 'zod/mini'

/** How a BMC fetches an image from us. */
export const linkProtocol = z.enum(['http', 'https', 'nfs'])
export type LinkProtocol = z.infer<typeof linkProtocol>

/** Where no port needs to be said. */
export const usualPorts: Record<LinkProtocol, number> = { http: 80, https: 443, nfs: 2049 }

/**
 * 128 bits that cannot be guessed, in letters and digits of one case: they stand in a path (query strings break Supermicro X12, credentials
 * are refused by AMI for HTTP), and some firmware shows it in capitals.
 */
export const isLinkToken = (text: string): boolean => /^[a-z2-7]{26}$/.test(text)

/** A file's name as BMCs see it on every protocol. */
export const isServedName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_-]{0,59}\.iso$/.test(text)

/** An image's name without what firmware stumbles over: AMI over a second dot, H3C over more than 128 characters, most over spaces. */
export function toServedName(name: string): string {
  const stem = name.replace(/\.iso$/i, '').replaceAll(/[^A-Za-z0-9_]+/g, '-').replaceAll(/^[-_]+/g, '').slice(0, 60).replace(/-+$/, '')
  return `${stem === '' ? 'image' : stem}.iso`
}

/** A door of the depot as BMCs must call it: an IPv4 address, because not every BMC has a resolver. */
export type LinkBase = { protocol: LinkProtocol; address: string; port: number }

const octet = '(?:0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])'
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)

export const isIpv4 = (text: string): boolean => ipv4.test(text)

/** The folder of a link, the same on every protocol. */
export const toLinkFolder = (token: string): string => `/i/${token}`

/**
 * The URL by which a BMC reads an image: `.iso` at its end, one folder at least, no query, no name to resolve (vendors §2.2). With NFS the
 * port is left out when it is the usual one; firmware that takes no port at all needs it. Throws a RangeError that names what is no part of a URL.
 */
export function toImageUrl({ protocol, address, port }: LinkBase, token: string, name: string): string {
  if (!isIpv4(address)) throw new RangeError(`"${address}" is not an IPv4 address`)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new RangeError(`${port} is not a port`)
  if (!isLinkToken(token)) throw new RangeError('the token of an image link is not one that we made')
  if (!isServedName(name)) throw new RangeError(`"${name}" is not a name that BMCs are given`)
  const at = port === usualPorts[protocol] ? address : `${address}:${port}`
  return `${protocol}://${at}${toLinkFolder(token)}/${name}`
}

/** How many blocks an image is divided into to say how much of it was touched. */
export const touchedBlocks = 256

/** What a BMC has read by one link: the proof that it reads. Sizes in bytes; `refused…`: somebody else held the link's token. */
export const imageReads = z.object({
  id: z.string(),
  imageId: z.string(),
  imageName: z.string(),
  imageBytes: z.number(),
  protocol: linkProtocol,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  revokedAt: z.nullable(z.iso.datetime()),
  bytesServed: z.number(),
  requests: z.number(),
  /** Over the last seconds in which it read; 0 when it does not read now. */
  bytesPerSecond: z.number(),
  /** Of `touchedBlocks` equal parts of the image, those that were read at least in part, in per cent. */
  touchedPercent: z.number(),
  firstReadAt: z.nullable(z.iso.datetime()),
  lastReadAt: z.nullable(z.iso.datetime()),
  /** The protocol that the last read came by, and what the reader calls itself. */
  lastVia: z.nullable(linkProtocol),
  lastAgent: z.nullable(z.string()),
  refusedAddress: z.nullable(z.string()),
  refusedAt: z.nullable(z.iso.datetime()),
})
export type ImageReads = z.infer<typeof imageReads>

/** The share of blocks with their bit set, in per cent. */
export function toTouchedPercent(touched: Uint8Array): number {
  let blocks = 0
  for (let byte of touched) for (; byte > 0; byte &= byte - 1) blocks += 1
  return (blocks * 100) / touchedBlocks
}
