import type { Part } from '#lib/domain/inventory.ts'
import type { Command } from '#lib/ipmi/command.ts'
import { getDefaultGateway, getIpAddress, getIpAddressSource, getMacAddress, getSubnetMask, getVlanId, type AddressSource } from '#lib/ipmi/commands/transport.ts'
import { toMac, toPrefixLength } from '#lib/redfish/bmc-interface.ts'

/** Asks a read command; undefined when the BMC refuses it. */
export type AskOptional = <Response>(what: string, command: Command<void, Response>) => Promise<Response | undefined>

/** In Redfish's words (DSP0268, AddressOrigin), where it has one. */
const origins: Record<AddressSource, string | undefined> = { unspecified: undefined, static: 'Static', dhcp: 'DHCP', bios: 'BIOS', other: undefined }

const isUnset = (address: string) => address === '0.0.0.0' || address === '255.255.255.255'

/** How the BMC is on the network by its LAN parameters (IPMI 2.0 §23.2); undefined where it tells none. Six reads. */
export async function readLanPart(ask: AskOptional): Promise<Part | undefined> {
  const ip = await ask('IP address', getIpAddress)
  const given = await ask('MAC address', getMacAddress)
  if (ip === undefined && given === undefined) return undefined
  const source = await ask('IP address source', getIpAddressSource)
  const mask = await ask('subnet mask', getSubnetMask)
  const gateway = await ask('default gateway', getDefaultGateway)
  const vlan = await ask('VLAN id', getVlanId)
  const mac = toMac(given?.macAddress)
  const prefixLength = toPrefixLength(mask?.address)
  const origin = source === undefined ? undefined : origins[source.source]
  const address = ip === undefined || isUnset(ip.address) ? undefined : { address: prefixLength === undefined ? ip.address : `${ip.address}/${prefixLength}`, ...(origin && { origin }) }
  return {
    kind: 'bmcNic',
    slot: 'LAN',
    name: 'LAN',
    ...(mac !== undefined && { mac }),
    ...(address && { addresses: [address] }),
    ...(gateway !== undefined && !isUnset(gateway.address) && { gateways: [gateway.address] }),
    ...(vlan?.vlanId !== undefined && { vlan: vlan.vlanId }),
  }
}
