import { isIP } from 'node:net'
import * as z from 'zod'
import { toFact } from './fact.ts'
import { findGarbledProperties } from './garbled.ts'
import { flag, list, nested, number, parseLoose, text } from './loose.ts'
import { status } from './status.ts'

/** One address of a BMC, with its prefix where the mask is one: `10.0.4.7/24`. */
export type BmcAddress = { address: string; prefixLength: number | undefined; origin: string | undefined }

/** One network interface of a BMC, as its manager tells it. */
export type BmcInterface = {
  id: string | undefined
  name: string | undefined
  mac: string | undefined
  /** Those that are one, link-local ones last. */
  addresses: BmcAddress[]
  gateways: string[]
  vlan: number | undefined
  hostName: string | undefined
  /** False only where the BMC says so; undefined where what it says cannot be understood. */
  isEnabled: boolean | undefined
  linkUp: boolean | undefined
  speedMbps: number | undefined
  isAbsent: boolean
}

const ethernet = z.object({
  Id: text,
  Name: text,
  Status: status,
  MACAddress: text,
  PermanentMACAddress: text,
  HostName: text,
  FQDN: text,
  InterfaceEnabled: flag,
  LinkStatus: text,
  SpeedMbps: number,
  VLAN: nested({ VLANEnable: flag, VLANId: number }),
  IPv4Addresses: list,
  IPv6Addresses: list,
  IPv6DefaultGateway: text,
})
const address = z.object({ Address: text, SubnetMask: text, PrefixLength: number, AddressOrigin: text, Gateway: text })

/** Reads a manager's EthernetInterface (DSP0268). Empty places for addresses (`0.0.0.0`, `::`) are none. */
export function toBmcInterface(body: unknown): BmcInterface {
  const given = parseLoose(ethernet, body)
  const entries = [...given.IPv4Addresses, ...given.IPv6Addresses].map((raw) => parseLoose(address, raw))
  const gateways = [...entries.map(({ Gateway }) => Gateway), given.IPv6DefaultGateway].flatMap(toIp)
  return {
    id: given.Id,
    name: given.Name,
    mac: isMacGarbled(body) ? undefined : (toMac(given.MACAddress) ?? toMac(given.PermanentMACAddress)),
    addresses: entries.flatMap(toAddress).toSorted((a, b) => Number(isLinkLocal(a.address)) - Number(isLinkLocal(b.address))),
    gateways: [...new Set(gateways)],
    vlan: given.VLAN?.VLANEnable === true ? given.VLAN.VLANId : undefined,
    hostName: findGarbledProperties(body, { FQDN: 'word' }).length > 0 ? undefined : (toFact(given.FQDN) ?? toFact(given.HostName)),
    isEnabled: findGarbledProperties(body, { InterfaceEnabled: 'flag' }).length > 0 ? undefined : given.InterfaceEnabled !== false,
    linkUp: toLinkUp(given.LinkStatus),
    speedMbps: given.SpeedMbps !== undefined && given.SpeedMbps > 0 ? given.SpeedMbps : undefined,
    isAbsent: given.Status.state === 'Absent',
  }
}

/** DSP0268, LinkStatus (of a NetworkPort Up and Down); undefined where nothing is said, which is not that there is no link. */
export function toLinkUp(given: string | undefined): boolean | undefined {
  if (given === 'LinkUp' || given === 'Up') return true
  return given === 'LinkDown' || given === 'Down' || given === 'NoLink' ? false : undefined
}

/** The address in use cannot be understood: then the one that was burnt in does not stand in for it. */
export const isMacGarbled = (body: unknown) => findGarbledProperties(body, { MACAddress: 'word', MacAddress: 'word' }).length > 0

/** With colons in lower case; undefined for zeros, which is no address. */
export function toMac(given: string | undefined): string | undefined {
  const mac = toFact(given)?.toLowerCase().replaceAll('-', ':')
  return mac === undefined || /^(?:00:?){6}$/.test(mac) ? undefined : mac
}

function toAddress({ Address, SubnetMask, PrefixLength, AddressOrigin }: z.infer<typeof address>): BmcAddress[] {
  return toIp(Address).map((ip) => ({
    address: ip,
    prefixLength: isIP(ip) === 4 ? toPrefixLength(SubnetMask) : PrefixLength,
    origin: toFact(AddressOrigin),
  }))
}

/** An address that is one and not the unspecified one, in whatever spelling (NVIDIA writes `0:0:0:0:0:0:0:0`). */
function toIp(given: string | undefined): string[] {
  return given === undefined || isIP(given) === 0 || /^[0:.]+$/.test(given) ? [] : [given.toLowerCase()]
}

const isLinkLocal = (ip: string) => /^(?:169\.254\.|fe[89ab])/.test(ip)

/** The bits of a mask; undefined for a mask with holes, or none. */
export function toPrefixLength(mask: string | undefined): number | undefined {
  if (mask === undefined || isIP(mask) !== 4) return undefined
  const bits = mask.split('.').map((byte) => Number(byte).toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined
}
