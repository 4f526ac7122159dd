import { netFns, noAnswer, noData, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'

export type DeviceId = {
  readonly deviceId: number
  readonly deviceRevision: number
  readonly providesDeviceSdrs: boolean
  /** False while the firmware updates or starts. */
  readonly isAvailable: boolean
  /** `2.30`: major binary, minor as two decimal digits (BCD). */
  readonly firmwareRevision: string
  /** `2.0`. */
  readonly ipmiVersion: string
  readonly supports: {
    readonly sensors: boolean
    readonly sdrRepository: boolean
    readonly sel: boolean
    readonly fruInventory: boolean
    readonly chassis: boolean
  }
  /** IANA enterprise number: 674 Dell, 10876 Supermicro, 2011 Huawei … */
  readonly manufacturerId: number
  readonly productId: number
  readonly auxiliaryFirmwareRevision?: Buffer
}

/** Get Device ID (IPMI 2.0 §20.1). */
export const getDeviceId: Command<void, DeviceId> = {
  name: 'Get Device ID',
  netFn: netFns.app,
  cmd: 0x01,
  effect: 'read',
  encode: noData,
  decode: (data) => {
    requireLength(data, 11, 'Get Device ID response')
    const support = data[5]!
    return {
      deviceId: data[0]!,
      deviceRevision: data[1]! & 0x0f,
      providesDeviceSdrs: (data[1]! & 0x80) !== 0,
      isAvailable: (data[2]! & 0x80) === 0,
      firmwareRevision: `${data[2]! & 0x7f}.${data[3]!.toString(16).padStart(2, '0')}`,
      ipmiVersion: `${data[4]! & 0x0f}.${data[4]! >> 4}`,
      supports: {
        sensors: (support & 0x01) !== 0,
        sdrRepository: (support & 0x02) !== 0,
        sel: (support & 0x04) !== 0,
        fruInventory: (support & 0x08) !== 0,
        chassis: (support & 0x80) !== 0,
      },
      manufacturerId: data.readUIntLE(6, 3) & 0xfffff,
      productId: data.readUInt16LE(9),
      auxiliaryFirmwareRevision: data.length >= 15 ? Buffer.from(data.subarray(11, 15)) : undefined,
    }
  },
}

/**
 * Get System GUID (IPMI 2.0 §22.14): 16 bytes as sent. In which order a UUID is written into them differs from maker to
 * maker (IPMI, SMBIOS or RFC 4122), so that comparing with a UUID from elsewhere means trying all three.
 */
export const getSystemGuid: Command<void, { readonly guid: Buffer }> = {
  name: 'Get System GUID',
  netFn: netFns.app,
  cmd: 0x37,
  effect: 'read',
  encode: noData,
  decode: (data) => {
    requireLength(data, 16, 'Get System GUID response')
    return { guid: Buffer.from(data.subarray(0, 16)) }
  },
}

/** Warm Reset (IPMI 2.0 §20.3): as the cold one, but what sessions and settings the BMC keeps over it is the maker's choice. */
export const warmReset: Command<void, void> = {
  name: 'Warm Reset',
  netFn: netFns.app,
  cmd: 0x03,
  effect: 'control',
  encode: noData,
  decode: noAnswer,
}

/** Cold Reset (IPMI 2.0 §20.2): the BMC starts anew, the host stays as it is. Many are gone before they have answered. */
export const coldReset: Command<void, void> = {
  name: 'Cold Reset',
  netFn: netFns.app,
  cmd: 0x02,
  effect: 'control',
  encode: noData,
  decode: noAnswer,
}
