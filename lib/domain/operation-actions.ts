import type { OperationAction, OperationKind } from './operation.ts'
import type { PowerAction } from './power.ts'
import { resetTypes } from './reset-rules.ts'

/**
 * Which action is of which kind, and what that means. Without the schemas (`operation.ts`): the fleet page asks it before anybody presses
 * anything.
 */
export const powerActions = [...resetTypes, 'Boot'] as const
export const refreshActions = ['RefreshInventory', 'RefreshSensors', 'RefreshLog', 'RefreshMedia'] as const

export const actionsOf: Record<OperationKind, readonly OperationAction[]> = {
  power: powerActions,
  indicator: ['IndicatorOn', 'IndicatorOff'],
  boot: ['SetBoot'],
  'power-cap': ['SetPowerCap', 'LiftPowerCap'],
  'bmc-reset': ['ResetBmc'],
  'log-clear': ['ClearLog'],
  refresh: refreshActions,
  media: ['MountImage', 'EjectMedia'],
  install: ['InstallImage'],
}

const kinds = Object.keys(actionsOf) as OperationKind[]

/** Every action, in the order of their kinds. */
export const operationActions = kinds.flatMap((kind) => actionsOf[kind])

/** The kind that an action is of; each is of one. */
export const kindOf = (action: OperationAction): OperationKind => kinds.find((kind) => actionsOf[kind].includes(action))!

/** The action if it is one of power, else null. */
export const toPowerAction = (action: string): PowerAction | null => powerActions.find((one) => one === action) ?? null

/** Kinds that a protected node is kept from: what ends its work, changes what it starts from, or takes its BMC away for a while. */
export const shieldedKinds: readonly OperationKind[] = ['power', 'boot', 'power-cap', 'bmc-reset', 'media', 'install']
