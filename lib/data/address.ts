import { isIP } from 'node:net'
import { BaseboardError } from '#lib/domain/errors.ts'
import { defaultPorts, type ProtocolChoice } from '#lib/domain/bmc.ts'
import { networkRule, toPlainAddress } from '#lib/config/networks.ts'
import type { Ports } from '#lib/db/nodes.ts'
import { readNetworks } from '#lib/db/settings.ts'

/** Bad input: 400 by default, and the field in front of the sentence. */
export const invalid = (field: string, message: string, status = 400, code = 'invalid') => new BaseboardError(code, status, `${field}: ${message}`)

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
/** A host name whose last label is not a number: `127.1`, `0x7f.1` and `2130706433` are addresses to a resolver (RFC 3696 §2). */
const hostName = new RegExp(`^(${label}\\.)*(?!(0x[0-9a-f]*|[0-9]+)$)${label}$`)

/** An address in the one form that is stored: a plain IP address (a zone stays), or a host name in lower case. Throws `invalid`. */
export function toAddress(text: string): string {
  const address = text.trim().toLowerCase().replace(/^\[(.*)\]$/, '$1')
  const plain = toPlainAddress(address)
  if (plain !== null) return isIP(plain) === 6 && address.includes('%') ? `${plain}%${address.split('%')[1]}` : plain
  if (address.length <= 253 && hostName.test(address)) return address
  throw invalid('bmc.address', `"${text}" is neither an IP address nor a host name`)
}

/** What a literal address is to the rule of networks; of a name only the conductor can say, when it has resolved it. */
function literalOf(address: string): string | null {
  if (address === 'localhost' || address.endsWith('.localhost')) return '127.0.0.1'
  return toPlainAddress(address)
}

/** The rule of networks as it is now, to be asked for many addresses; what it throws names the `field`. */
export async function readAddressRule(field = 'bmc.address'): Promise<(address: string) => void> {
  const { networks } = await readNetworks()
  const rule = networks === null ? null : networkRule(networks)
  return (address) => {
    if (networks === null || rule === null) {
      throw new BaseboardError('networks-unset', 422, 'no management network is set: list the networks of your BMCs in the settings, or in BMC_NETWORKS')
    }
    const literal = literalOf(address)
    if (literal === null || rule.allows(literal)) return
    throw new BaseboardError('outside-networks', 422, `${field}: ${address} is outside the management networks (${networks.join(', ') || 'none is listed'})`)
  }
}

/** Throws `networks-unset` or `outside-networks` (422), naming the address, unless a node may lie there. */
export const demandAllowed = async (address: string): Promise<void> => (await readAddressRule())(address)

type PortRequest = { protocol: ProtocolChoice; port?: number; ports?: { redfish?: number; ipmi?: number; ssh?: number } }

/** Which port each protocol of the choice has: as asked, as it was, or the usual one. Throws `invalid` for a request that contradicts itself. */
export function toPorts({ protocol, port, ports = {} }: PortRequest, present: Ports = {}): Ports {
  if (port !== undefined && protocol === 'auto') throw invalid('bmc.port', 'with the protocol "auto" say which port is meant, in bmc.ports')
  const resolved: Ports = {}
  for (const name of ['redfish', 'ipmi'] as const) {
    if (protocol !== 'auto' && protocol !== name) {
      if (ports[name] !== undefined) throw invalid(`bmc.ports.${name}`, `the protocol is ${protocol}`)
      continue
    }
    if (port !== undefined && ports[name] !== undefined && ports[name] !== port) throw invalid('bmc.port', `${port} and bmc.ports.${name} ${ports[name]} disagree`)
    resolved[name] = ports[name] ?? port ?? present[name] ?? defaultPorts[name]
  }
  const ssh = ports.ssh ?? present.ssh
  return ssh === undefined ? resolved : { ...resolved, ssh }
}

const bytes = (text: string) => new TextEncoder().encode(text).length

/** IPMI has room for 16 bytes of user name and 20 of password (IPMI 2.0 §13.20, §22.30). Throws `ipmi-limit` (422) when nothing else is spoken. */
export function demandIpmiLimits(protocol: ProtocolChoice, username: string, password: string): void {
  if (protocol !== 'ipmi') return
  if (bytes(username) > 16) throw invalid('bmc.username', `IPMI takes at most 16 bytes, this has ${bytes(username)}`, 422, 'ipmi-limit')
  if (bytes(password) > 20) throw invalid('bmc.password', `IPMI takes at most 20 bytes, this has ${bytes(password)}`, 422, 'ipmi-limit')
}
