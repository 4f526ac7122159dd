import type { OperationLimits } from '#lib/domain/operation-limits.ts'
import type { Options, Values } from './command.ts'
import { misuse } from './failure.ts'

/** How an operation goes through its nodes. */
export const limitOptions = {
  'at-once': { type: 'string' },
  pause: { type: 'string' },
  'per-rack': { type: 'string' },
  'per-group': { type: 'string' },
  order: { type: 'string' },
  deadline: { type: 'string' },
} as const satisfies Options

export const limitUsage = '[--at-once N] [--pause SECONDS] [--per-rack N] [--per-group N] [--order rack|group] [--deadline SECONDS]'

export function toLimits(values: Values): OperationLimits | undefined {
  const whole = (name: keyof typeof limitOptions) => toWhole(name, values[name])
  const { order } = values
  if (order !== undefined && order !== 'rack' && order !== 'group' && order !== 'asked') throw misuse(`--order is rack, group or asked, not ${String(order)}`)
  const given = { atOnce: whole('at-once'), pauseSeconds: whole('pause'), perRack: whole('per-rack'), perGroup: whole('per-group'), order, deadlineSeconds: whole('deadline') }
  const limits = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return Object.keys(limits).length === 0 ? undefined : limits
}

/** A whole number that an option was given; undefined when it was not. */
export function toWhole(name: string, value: string | boolean | undefined): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !/^\d{1,6}$/.test(value)) throw misuse(`--${name} takes a whole number, not ${String(value)}`)
  return Number(value)
}
