import type { ResetType } from '#lib/domain/power.ts'
import { netFns } from '#lib/ipmi/command.ts'
import { restorePolicies, type IndicatorState, type Machine, type RestartCause } from '../machine.ts'
import { completion, ok, refuse, uint32, type ServedCommand } from './served-command.ts'

const { chassis } = netFns

/** Chassis Control's numbers (IPMI 2.0 §28.3). */
const controls: readonly ResetType[] = ['ForceOff', 'On', 'PowerCycle', 'ForceRestart', 'Nmi', 'GracefulShutdown']
const needPower: ReadonlySet<ResetType> = new Set(['PowerCycle', 'ForceRestart', 'Nmi', 'GracefulShutdown'])
export const chassisControl = { netFn: chassis, cmd: 0x02 }

/** Get System Restart Cause's numbers (IPMI 2.0 §28.11); a cycle by command is chassis control like any other. */
const restartCauses: Record<RestartCause, number> = {
  unknown: 0x0,
  chassisControl: 0x1,
  powerCycle: 0x1,
  resetButton: 0x2,
  powerUpButton: 0x3,
  softReset: 0xa,
}

const indicatorBits: Record<IndicatorState, number> = { off: 0x00, blinking: 0x10, on: 0x20 }

export const chassisCommands: readonly ServedCommand[] = [
  {
    name: 'Get Chassis Capabilities',
    netFn: chassis,
    cmd: 0x00,
    privilege: 'user',
    // No sensors of its own; FRU, SDR, SEL and management devices are all the BMC at 20h.
    answer: () => ok(Buffer.of(0x00, 0x20, 0x20, 0x20, 0x20)),
  },
  { name: 'Get Chassis Status', netFn: chassis, cmd: 0x01, privilege: 'user', answer: (_data, { machine }) => ok(chassisStatus(machine)) },
  {
    name: 'Chassis Control',
    ...chassisControl,
    privilege: 'operator',
    leastLength: 1,
    answer(data, { machine }) {
      const action = controls[data[0]! & 0x0f]
      if (!action) return refuse(completion.invalidData)
      const wasOff = machine.power() === 'off'
      machine.reset(action, 'ipmi')
      return wasOff && needPower.has(action) ? refuse(completion.notInThisState) : ok()
    },
  },
  {
    name: 'Chassis Identify',
    netFn: chassis,
    cmd: 0x04,
    privilege: 'operator',
    answer(data, { machine }) {
      const usualSeconds = 15
      const isForGood = ((data[1] ?? 0) & 0x01) === 1
      const seconds = data[0] ?? usualSeconds
      if (isForGood) machine.setIndicator('on')
      else if (seconds === 0) machine.setIndicator('off')
      else machine.setIndicator('blinking', seconds)
      return ok()
    },
  },
  {
    name: 'Set Power Restore Policy',
    netFn: chassis,
    cmd: 0x06,
    privilege: 'operator',
    leastLength: 1,
    // IPMI 2.0 §28.8: 3 changes nothing and asks which there are, a bit for each.
    answer(data, { machine }) {
      const wanted = data[0]! & 0x07
      const noChange = restorePolicies.length
      if (wanted > noChange) return refuse(completion.invalidData)
      if (wanted < noChange) machine.setRestorePolicy(restorePolicies[wanted]!)
      return ok(Buffer.of(0x07))
    },
  },
  {
    name: 'Get System Restart Cause',
    netFn: chassis,
    cmd: 0x07,
    privilege: 'user',
    answer: (_data, { machine }) => ok(Buffer.of(restartCauses[machine.restartCause()], 1)),
  },
  {
    name: 'Get POH Counter',
    netFn: chassis,
    cmd: 0x0f,
    privilege: 'user',
    // §28.14: minutes to a count, then counts: hours since the host got power.
    answer(_data, { machine }) {
      const startedMs = machine.run()?.startedMs
      const hours = startedMs === undefined ? 0 : Math.floor((machine.now() - startedMs) / 3_600_000)
      return ok(Buffer.concat([Buffer.of(60), uint32(hours)]))
    },
  },
]

function chassisStatus(machine: Machine): Buffer {
  const power = machine.power()
  const isPowered = power === 'on' || power === 'poweringOff'
  const restore = restorePolicies.indexOf(machine.restorePolicy()) << 5
  const identifySupported = 0x40
  const onByCommand = machine.restartCause() === 'powerUpButton' ? 0x00 : 0x10
  return Buffer.of((isPowered ? 0x01 : 0x00) | restore, onByCommand, identifySupported | indicatorBits[machine.indicator()], 0x00)
}
