import { netFns, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'
import { presentChannel } from './session.ts'


/** One parameter of Get LAN Configuration Parameters (IPMI 2.0 §23.2, table 23-4), of the channel we talk over. */
function lanParameter<Response>(number: number, length: number, decode: (data: Buffer) => Response): Command<void, Response> {
  return {
    name: 'Get LAN Configuration Parameters',
    netFn: netFns.transport,
    cmd: 0x02,
    effect: 'read',
    completionCodes: { 0x80: 'parameter not supported' },
    encode: () => Buffer.of(presentChannel, number, 0, 0),
    // The parameter's revision comes first.
    decode(data) {
      requireLength(data, 1 + length, 'Get LAN Configuration Parameters response')
      return decode(data.subarray(1, 1 + length))
    },
  }
}

const toDotted = (data: Buffer) => ({ address: data.join('.') })

export const getMacAddress = lanParameter(5, 6, (data) => ({ macAddress: data.toString('hex').replaceAll(/..(?=.)/g, '$&:') }))
export const getIpAddress = lanParameter(3, 4, toDotted)
export const getSubnetMask = lanParameter(6, 4, toDotted)
export const getDefaultGateway = lanParameter(12, 4, toDotted)

export type AddressSource = 'unspecified' | 'static' | 'dhcp' | 'bios' | 'other'
const sources: readonly AddressSource[] = ['unspecified', 'static', 'dhcp', 'bios', 'other']

export const getIpAddressSource = lanParameter(4, 1, (data) => ({ source: sources[data[0]! & 0x0f] ?? 'other' }))

/** The 802.1q VLAN id, undefined while it is not enabled. */
export const getVlanId = lanParameter(20, 2, (data) => ({ vlanId: (data[1]! & 0x80) === 0 ? undefined : data.readUInt16LE(0) & 0x0fff }))
