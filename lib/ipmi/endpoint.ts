import { lookup } from 'node:dns/promises'
import { isIP, SocketAddress } from 'node:net'
import { IpmiError } from './errors.ts'
import type { Endpoint } from './socket.ts'

export const defaultPort = 623

/** `10.0.4.7:623` or `[fd00::7]:623`: how a BMC is named in every error. */
export function formatAddress(host: string, port: number): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * The numeric endpoint behind a host. Give an address that has been vetted: a name is looked up once, here, and may
 * point elsewhere than it did before. Throws `invalid-argument`, or `unreachable` for a name that nobody knows.
 */
export async function resolveEndpoint(host: string, port: number): Promise<Endpoint> {
  const address = formatAddress(host, port)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new IpmiError('invalid-argument', 'not a port', { address })
  if (isIP(host)) return toEndpoint(host, port)
  try {
    return toEndpoint((await lookup(host)).address, port)
  } catch (cause) {
    throw new IpmiError('unreachable', 'no address is known for that name', { address, cause })
  }
}

/** In the spelling that the system uses for the sender of a datagram, since replies are found by it. */
function toEndpoint(host: string, port: number): Endpoint {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.[1]
  if (mapped) return { address: mapped, port, family: 4 }
  if (isIP(host) === 4) return { address: host, port, family: 4 }
  const [address, zone] = host.split('%')
  const spelled = new SocketAddress({ address: address!, family: 'ipv6' }).address
  return { address: zone ? `${spelled}%${zone}` : spelled, port, family: 6 }
}
