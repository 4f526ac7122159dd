import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * Which addresses may be a BMC. Pure: lib/data asks it for literal addresses, lib/conductor for resolved ones, and both must agree,
 * because a name that resolves to the metadata service is an attack on the machine that Baseboard runs on.
 */

type Family = 'ipv4' | 'ipv6'
type Network = { text: string; base: string; prefix: number; family: Family; covers: BlockList }

/**
 * Ranges that a broad network such as 0.0.0.0/0 must not open by accident: loopback, link-local, metadata services, unspecified,
 * multicast, broadcast, and the IPv6 ranges that smuggle an IPv4 address (RFC 4291 §2.5.5.1, RFC 6052, RFC 8215, RFC 3056).
 */
const special = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2002::/16',
  'fe80::/10',
  'fd00:ec2::254/128',
  'ff00::/8',
].map(toNetwork)

/** An address in its plainest form: no zone, IPv4-mapped IPv6 as IPv4, IPv6 compressed. Null when the text is no IP address. */
export function toPlainAddress(text: string): string | null {
  const bare = text.replace(/%.*$/, '')
  if (isIPv4(bare)) return bare
  if (isIP(bare) !== 6) return null
  const compressed = new URL(`http://[${bare}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(compressed)
  if (!mapped) return compressed
  const [high, low] = [parseInt(mapped[1]!, 16), parseInt(mapped[2]!, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function toNetwork(text: string): Network {
  const [address = '', length, ...rest] = text.trim().split('/')
  const base = address.includes('%') ? null : toPlainAddress(address)
  const bits = base === null ? 0 : isIPv4(base) ? 32 : 128
  const mapped = base !== null && isIPv4(base) && !isIPv4(address)
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) - (mapped ? 96 : 0) : -1
  if (base === null || rest.length > 0 || prefix < 0 || prefix > bits) throw new RangeError(`"${text.trim()}" is not a network such as 10.4.0.0/16 or fd00::/8`)
  const family: Family = isIPv4(base) ? 'ipv4' : 'ipv6'
  const covers = new BlockList()
  covers.addSubnet(base, prefix, family)
  return { text: `${base}/${prefix}`, base, prefix, family, covers }
}

const lies = (address: string, network: Network) => {
  const family: Family = isIPv4(address) ? 'ipv4' : 'ipv6'
  return family === network.family && network.covers.check(address, family)
}

const isWithin = (inner: Network, outer: Network) => inner.prefix >= outer.prefix && lies(inner.base, outer)

/** Reads `10.4.0.0/16,fd00::/8` (commas or white space) into canonical networks. Throws a RangeError that names the bad one. */
export function parseNetworks(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .filter((item) => item !== '')
    .map((item) => toNetwork(item).text)
}

/**
 * The rule of a list of networks. `allows` takes an IP address and says whether a node may lie there; what is no address is refused.
 * An address of a special range needs a listed network that lies inside that range: 0.0.0.0/0 does not open 127.0.0.1.
 * Throws a RangeError that names the network it cannot read.
 */
export function networkRule(cidrs: readonly string[]): { allows: (ip: string) => boolean } {
  const listed = cidrs.map(toNetwork)
  return {
    allows(ip) {
      const address = toPlainAddress(ip)
      if (address === null) return false
      const ranges = special.filter((range) => lies(address, range))
      return listed.some((network) => lies(address, network) && ranges.every((range) => isWithin(network, range)))
    },
  }
}
