import { netFns } from '#lib/ipmi/command.ts'
import type { BootOverride, BootTarget, Machine } from '../machine.ts'
import { completion, ok, refuse, type Reply, type ServedCommand } from './served-command.ts'

/** Boot options that are no property of the machine (IPMI 2.0 table 28-14). */
export interface BootOptions {
  /** Parameter 0: 0 complete, 1 in progress. */
  progress: number
  /** Parameter 3: which of its reasons do not make the BMC forget the flags. */
  clearing: number
  /** Parameter 4: who has not seen them yet. */
  acknowledge: number
}

export const freshBootOptions = (): BootOptions => ({ progress: 0, clearing: 0, acknowledge: 0 })

const parameters = { progress: 0, clearing: 3, acknowledge: 4, flags: 5 } as const
const notSupported = 0x80
const alreadyInProgress = 0x81
const version = 0x01
/** Parameter 3, bit 3: no Chassis Control within 60 s is no reason to forget. */
const keepsWithoutControl = 0x08
const timeoutSeconds = 60

export const bootCommands: readonly ServedCommand[] = [
  {
    name: 'Set System Boot Options',
    netFn: netFns.chassis,
    cmd: 0x08,
    privilege: 'operator',
    leastLength: 1,
    answer(data, { machine, boot }) {
      const [first, ...rest] = data
      switch (first! & 0x7f) {
        case parameters.progress:
          return setProgress(boot, rest[0])
        case parameters.clearing:
          if (rest.length < 1) return refuse(completion.wrongLength)
          boot.clearing = rest[0]! & 0x1f
          return ok()
        case parameters.acknowledge:
          if (rest.length < 2) return refuse(completion.wrongLength)
          boot.acknowledge = (boot.acknowledge & ~rest[0]!) | (rest[0]! & rest[1]!)
          return ok()
        case parameters.flags:
          if (rest.length < 5) return refuse(completion.wrongLength)
          machine.setBootOverride(decodeBootFlags(rest), (boot.clearing & keepsWithoutControl) === 0 ? timeoutSeconds : undefined)
          return ok()
        default:
          return refuse(notSupported)
      }
    },
  },
  {
    name: 'Get System Boot Options',
    netFn: netFns.chassis,
    cmd: 0x09,
    privilege: 'operator',
    leastLength: 3,
    answer(data, { machine, boot }) {
      const parameter = data[0]! & 0x7f
      const values = valuesOf(parameter, boot, machine)
      return values === undefined ? refuse(notSupported) : ok(Buffer.of(version, parameter, ...values))
    },
  },
]

function valuesOf(parameter: number, boot: BootOptions, machine: Machine): readonly number[] | undefined {
  switch (parameter) {
    case parameters.progress:
      return [boot.progress]
    case parameters.clearing:
      return [boot.clearing]
    case parameters.acknowledge:
      return [0, boot.acknowledge]
    case parameters.flags:
      return encodeBootFlags(machine.bootOverride())
    default:
      return undefined
  }
}

function setProgress(boot: BootOptions, value: number | undefined): Reply {
  if (value === undefined) return refuse(completion.wrongLength)
  if (value === 1 && boot.progress === 1) return refuse(alreadyInProgress)
  // Commit write: what was set counts already, so there is nothing to do.
  if (value !== 2) boot.progress = value & 0x03
  return ok()
}

const bootDevices: Partial<Record<BootTarget, number>> = { none: 0x0, pxe: 0x1, disk: 0x2, diagnostics: 0x4, cd: 0x5, setup: 0x6, usb: 0xf }
const valid = 0x80
const persistent = 0x40
const efi = 0x20

/** What Redfish has set and IPMI has no selector for is valid all the same, without a device. */
function encodeBootFlags(override: BootOverride): number[] {
  if (override.enabled === 'disabled') return [0, 0, 0, 0, 0]
  const first = valid | (override.enabled === 'always' ? persistent : 0) | (override.mode === 'uefi' ? efi : 0)
  return [first, (bootDevices[override.target] ?? 0) << 2, 0, 0, 0]
}

function decodeBootFlags([first = 0, second = 0]: readonly number[]): BootOverride {
  const device = (second >> 2) & 0x0f
  const target = (Object.keys(bootDevices) as BootTarget[]).find((name) => bootDevices[name] === device) ?? 'none'
  const isValid = (first & valid) !== 0
  return { enabled: isValid ? (first & persistent ? 'always' : 'once') : 'disabled', target, mode: first & efi ? 'uefi' : 'legacy' }
}
