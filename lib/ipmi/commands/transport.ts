import { netFns, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'
import { presentChannel } from './session.ts'
import { readPrivilegeLimit, type PrivilegeLimit } from './users.ts'

/** One parameter of Get LAN Configuration Parameters (IPMI 2.0 §23.2, table 23-4), of the channel we talk over. */
function lanParameter<Response>(number: number, length: number, decode: (data: Buffer) => Response, greatestLength = length): Command<void, Response> {
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
      return decode(data.subarray(1, 1 + greatestLength))
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

const greatestSuites = 16

/** The ids of the cipher suites that this channel knows, in the order of their limits (parameter 23). */
export const getLanCipherSuites = lanParameter(23, 1, (data) => ({ suites: [...data.subarray(1)] }), 1 + greatestSuites)

/** Up to which privilege each of them may be used, two to a byte (parameter 24); no access: the suite is switched off. */
export const getLanCipherLimits = lanParameter(24, 9, (data) => ({
  limits: [...data.subarray(1)].flatMap((byte): (PrivilegeLimit | undefined)[] => [toSuiteLimit(byte & 0x0f), toSuiteLimit(byte >> 4)]),
}))

/** 0 means here that the suite is not for use. */
const toSuiteLimit = (level: number) => (level === 0 ? 'no-access' : readPrivilegeLimit(level))
