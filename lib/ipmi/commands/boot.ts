import { netFns, noAnswer, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'

/** Parameters of the boot options (IPMI 2.0 table 28-14). */
export const bootParameters = { setInProgress: 0, flagsValidClearing: 3, acknowledge: 4, flags: 5 } as const
export type BootParameter = (typeof bootParameters)[keyof typeof bootParameters]

const completionCodes = { 0x80: 'parameter not supported', 0x81: 'somebody else is setting boot options', 0x82: 'this parameter can only be read' } as const

/** Set System Boot Options (IPMI 2.0 §28.12): one parameter. Sent once, never again. */
export const setBootOption: Command<{ readonly parameter: BootParameter; readonly data: readonly number[] }, void> = {
  name: 'Set System Boot Options',
  netFn: netFns.chassis,
  cmd: 0x08,
  effect: 'write',
  completionCodes,
  // Bit 7 would lock the parameter.
  encode: ({ parameter, data }) => Buffer.of(parameter & 0x7f, ...data),
  decode: noAnswer,
}

const get = { name: 'Get System Boot Options', netFn: netFns.chassis, cmd: 0x09, effect: 'read', completionCodes } as const

/** Get System Boot Options (IPMI 2.0 §28.13): the data of one parameter; undefined where the BMC marks it as not valid. */
export const getBootOption: Command<{ readonly parameter: BootParameter }, Buffer | undefined> = {
  ...get,
  encode: ({ parameter }) => Buffer.of(parameter, 0, 0),
  decode: (data) => {
    requireLength(data, 3, 'Get System Boot Options response')
    return isMarkedInvalid(data) ? undefined : data.subarray(2)
  },
}

/** Bit 7 of the second byte: what stands here is not valid, whatever it says. */
const isMarkedInvalid = (data: Buffer) => (data[1]! & 0x80) !== 0

const bootDevices = [
  'none',
  'pxe',
  'disk',
  'disk-safe-mode',
  'diagnostics',
  'cd',
  'setup',
  'remote-floppy',
  'remote-cd',
  'remote-media',
  undefined,
  'remote-disk',
  undefined,
  undefined,
  undefined,
  'floppy',
] as const
export type BootDevice = NonNullable<(typeof bootDevices)[number]>

/** `isValid`: the override is set; `device` undefined: a selector that the specification does not name. */
export type BootFlags = { readonly isValid: boolean; readonly isPersistent: boolean; readonly isEfi: boolean; readonly device: BootDevice | undefined }

const flagBits = { valid: 0x80, persistent: 0x40, efi: 0x20 } as const

/** The same for the boot flags, parameter 5. */
export const getBootFlags: Command<void, BootFlags> = {
  ...get,
  encode: () => Buffer.of(bootParameters.flags, 0, 0),
  decode: (data) => {
    requireLength(data, 4, 'Get System Boot Options response')
    const [flags, device] = [data[2]!, data[3]!]
    const isValid = !isMarkedInvalid(data) && (flags & flagBits.valid) !== 0
    return { isValid, isPersistent: (flags & flagBits.persistent) !== 0, isEfi: (flags & flagBits.efi) !== 0, device: bootDevices[(device >> 2) & 0x0f] }
  },
}

/** Parameter 5's data for Set System Boot Options. An override that is not valid is none. */
export function encodeBootFlags({ isValid, isPersistent, isEfi, device }: BootFlags): number[] {
  const flags = (isValid ? flagBits.valid : 0) | (isPersistent ? flagBits.persistent : 0) | (isEfi ? flagBits.efi : 0)
  const selector = device === undefined ? 0 : bootDevices.indexOf(device)
  return [flags, selector << 2, 0, 0, 0]
}
