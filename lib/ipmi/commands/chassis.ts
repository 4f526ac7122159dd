import { netFns, noAnswer, noData, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'

export type PowerRestorePolicy = 'always-off' | 'previous' | 'always-on' | 'unknown'

export type ChassisStatus = {
  readonly isPowerOn: boolean
  readonly hasPowerOverload: boolean
  readonly hasInterlock: boolean
  readonly hasPowerFault: boolean
  readonly hasPowerControlFault: boolean
  readonly powerRestorePolicy: PowerRestorePolicy
  /** Why the power went last. */
  readonly lastPowerEvent: {
    readonly acFailed: boolean
    readonly overload: boolean
    readonly interlock: boolean
    readonly fault: boolean
    /** Power was switched on by an IPMI command. */
    readonly commandedOn: boolean
  }
  readonly hasChassisIntrusion: boolean
  readonly hasFrontPanelLockout: boolean
  readonly hasDriveFault: boolean
  readonly hasCoolingFault: boolean
  /** Undefined when the BMC does not report it. */
  readonly identify?: 'off' | 'temporary' | 'indefinite'
}

const restorePolicies = ['always-off', 'previous', 'always-on', 'unknown'] as const
const identifyStates = ['off', 'temporary', 'indefinite', undefined] as const

/** Get Chassis Status (IPMI 2.0 §28.2). */
export const getChassisStatus: Command<void, ChassisStatus> = {
  name: 'Get Chassis Status',
  netFn: netFns.chassis,
  cmd: 0x01,
  effect: 'read',
  encode: noData,
  decode: (data) => {
    requireLength(data, 3, 'Get Chassis Status response')
    const [power, lastEvent, misc] = [data[0]!, data[1]!, data[2]!]
    return {
      isPowerOn: (power & 0x01) !== 0,
      hasPowerOverload: (power & 0x02) !== 0,
      hasInterlock: (power & 0x04) !== 0,
      hasPowerFault: (power & 0x08) !== 0,
      hasPowerControlFault: (power & 0x10) !== 0,
      powerRestorePolicy: restorePolicies[(power >> 5) & 0x03]!,
      lastPowerEvent: {
        acFailed: (lastEvent & 0x01) !== 0,
        overload: (lastEvent & 0x02) !== 0,
        interlock: (lastEvent & 0x04) !== 0,
        fault: (lastEvent & 0x08) !== 0,
        commandedOn: (lastEvent & 0x10) !== 0,
      },
      hasChassisIntrusion: (misc & 0x01) !== 0,
      hasFrontPanelLockout: (misc & 0x02) !== 0,
      hasDriveFault: (misc & 0x04) !== 0,
      hasCoolingFault: (misc & 0x08) !== 0,
      identify: (misc & 0x40) !== 0 ? identifyStates[(misc >> 4) & 0x03] : undefined,
    }
  },
}

/** Those that can be set, in the order of their numbers. */
export const settablePolicies = ['always-off', 'previous', 'always-on'] as const
export type SettablePolicy = (typeof settablePolicies)[number]
const noChange = 3

const decodePolicies = (data: Buffer): readonly SettablePolicy[] => {
  requireLength(data, 1, 'Set Power Restore Policy response')
  return settablePolicies.filter((_, bit) => (data[0]! & (1 << bit)) !== 0)
}

const restorePolicy = { name: 'Set Power Restore Policy', netFn: netFns.chassis, cmd: 0x06 } as const

/** Set Power Restore Policy (IPMI 2.0 §28.8): what the host does when the mains comes back. Gives the policies that this chassis has. */
export const setPowerRestorePolicy: Command<{ readonly policy: SettablePolicy }, readonly SettablePolicy[]> = {
  ...restorePolicy,
  effect: 'write',
  encode: ({ policy }) => Buffer.of(settablePolicies.indexOf(policy)),
  decode: decodePolicies,
}

/** The same with "no change", which only asks. */
export const getPowerRestorePolicies: Command<void, readonly SettablePolicy[]> = {
  ...restorePolicy,
  effect: 'read',
  encode: () => Buffer.of(noChange),
  decode: decodePolicies,
}

const chassisActions = { 'power-down': 0, 'power-up': 1, 'power-cycle': 2, 'hard-reset': 3, 'diagnostic-interrupt': 4, 'soft-shutdown': 5 } as const
export type ChassisAction = keyof typeof chassisActions

/** Chassis Control (IPMI 2.0 §28.3). Sent once, never again. */
export const chassisControl: Command<{ readonly action: ChassisAction }, void> = {
  name: 'Chassis Control',
  netFn: netFns.chassis,
  cmd: 0x02,
  effect: 'control',
  encode: ({ action }) => Buffer.of(chassisActions[action]),
  decode: noAnswer,
}

/** Chassis Identify (IPMI 2.0 §28.5): the locate light, for so many seconds (0 off), or until it is switched off. */
export const chassisIdentify: Command<{ readonly seconds: number } | 'indefinite', void> = {
  name: 'Chassis Identify',
  netFn: netFns.chassis,
  cmd: 0x04,
  effect: 'write',
  encode: (request) => (request === 'indefinite' ? Buffer.of(0, 1) : Buffer.of(Math.max(0, Math.min(255, Math.round(request.seconds))))),
  decode: noAnswer,
}

const restartCauses = [
  'unknown',
  'chassis-control',
  'reset-button',
  'power-button',
  'watchdog',
  'oem',
  'power-restored-always-on',
  'power-restored-previous',
  'event-filter-reset',
  'event-filter-power-cycle',
  'soft-reset',
  'real-time-clock',
] as const
export type RestartCause = (typeof restartCauses)[number]

/** Get System Restart Cause (IPMI 2.0 §28.11). */
export const getSystemRestartCause: Command<void, { readonly cause: RestartCause; readonly channel: number }> = {
  name: 'Get System Restart Cause',
  netFn: netFns.chassis,
  cmd: 0x07,
  effect: 'read',
  encode: noData,
  decode: (data) => {
    requireLength(data, 2, 'Get System Restart Cause response')
    return { cause: restartCauses[data[0]! & 0x0f] ?? 'unknown', channel: data[1]! }
  },
}
