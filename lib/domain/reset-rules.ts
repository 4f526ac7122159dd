import type { PowerAction, PowerState, ResetType } from './power.ts'

/** Redfish's words (DSP2046, Resource.ResetType); IPMI's chassis control is translated to them in `lib/bmc`. */
export const resetTypes = [
  'On',
  'GracefulShutdown',
  'ForceOff',
  'GracefulRestart',
  'ForceRestart',
  'PowerCycle',
  'Nmi',
  'PushPowerButton',
  'FullPowerCycle',
] as const

/**
 * Resets that can be made of others where a BMC lacks them: each command is recorded and read back by itself, off is seen before On goes out.
 * 13 of 18 recorded machines have no PowerCycle; no IPMI has a GracefulRestart (IPMI 2.0 §28.3). An iDRAC 7 or 8 has neither
 * GracefulShutdown nor ForceRestart over Redfish, and its button asks the operating system to shut down.
 */
export const compositions = {
  PowerCycle: ['ForceOff', 'On'],
  GracefulRestart: ['GracefulShutdown', 'On'],
  ForceRestart: ['ForceOff', 'On'],
  GracefulShutdown: ['PushPowerButton'],
} as const satisfies Partial<Record<ResetType, readonly ResetType[]>>
export type ComposableReset = keyof typeof compositions
export const isComposable = (name: string): name is ComposableReset => Object.hasOwn(compositions, name)

/** Can this end work that runs on the node? Then a dialog asks first. */
export const isDisruptive = (action: PowerAction) => action !== 'On'

/** Whatever the host says after one of these it says of a new start; after a graceful one it may be its shutdown that speaks. */
export const isFreshStart = (command: string): boolean => command === 'On' || command === 'ForceRestart' || command === 'PowerCycle' || command === 'FullPowerCycle'

/** What boots a node as it is now: a start, or a reset of what runs. Null where the state is not settled. */
export function toBootReset(state: PowerState): 'On' | 'ForceRestart' | null {
  if (state === 'off') return 'On'
  return state === 'on' ? 'ForceRestart' : null
}

/** What follows when a node has not obeyed a graceful request; null for what is not graceful. */
export function toForced(action: PowerAction): 'ForceOff' | 'ForceRestart' | null {
  if (action === 'GracefulShutdown') return 'ForceOff'
  return action === 'GracefulRestart' ? 'ForceRestart' : null
}

/** The power state in which this should leave a node; null where it leaves it as it was, or where the BMC decides. */
export function stateAfter(action: PowerAction): 'on' | 'off' | null {
  switch (action) {
    case 'GracefulShutdown':
    case 'ForceOff':
      return 'off'
    case 'Nmi':
    case 'PushPowerButton':
    case 'FullPowerCycle':
      return null
    default:
      return 'on'
  }
}

/** These act on a node whether it is on or off: `Boot` by what it is, the button as one pushes it, a full cycle on its BMC too. */
const anyState: ReadonlySet<PowerAction> = new Set(['Boot', 'PushPowerButton', 'FullPowerCycle'])

/** Which of them make sense in a state: a node that is off can be switched on and not much else; an unknown state forbids nothing. */
export function isUsefulIn(action: PowerAction, state: PowerState): boolean {
  if (anyState.has(action)) return true
  if (state === 'off') return action === 'On'
  if (state === 'on') return action !== 'On'
  return true
}

/** May this be asked while the same is not done yet? The second of two "on" finds the node on and sends nothing; a second restart is one too many. */
export const isRepeatable = (action: string) => !['Boot', 'SetBoot', 'GracefulRestart', 'ForceRestart', 'PowerCycle', 'FullPowerCycle', 'PushPowerButton', 'Nmi', 'ResetBmc', 'MountImage', 'InstallImage'].includes(action)
