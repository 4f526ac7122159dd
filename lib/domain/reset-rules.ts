import type { PowerState, ResetType } from './power.ts'

/** Redfish's words (DSP2046, Resource.ResetType); IPMI's chassis control is translated to them in `lib/bmc`. */
export const resetTypes = [
  'On',
  'GracefulShutdown',
  'ForceOff',
  'GracefulRestart',
  'ForceRestart',
  'PowerCycle',
  'Nmi',
] as const

/** Can this reset end work that runs on the node? Then a dialog asks first. */
export const isDisruptive = (type: ResetType) => type !== 'On'

/** The power state in which a reset of this type should leave a node, or null where it leaves it as it was. */
export function stateAfter(type: ResetType): 'on' | 'off' | null {
  switch (type) {
    case 'GracefulShutdown':
    case 'ForceOff':
      return 'off'
    case 'Nmi':
      return null
    default:
      return 'on'
  }
}

/** Which resets make sense in a state: a node that is off can only be switched on; an unknown state forbids nothing. */
export function isUsefulIn(type: ResetType, state: PowerState): boolean {
  if (state === 'off') return type === 'On'
  if (state === 'on') return type !== 'On'
  return true
}

/** May this be asked while the same is not done yet? The second of two "on" finds the node on and sends nothing; a second restart is one too many. */
export const isRepeatable = (action: string) => !['GracefulRestart', 'ForceRestart', 'PowerCycle', 'Nmi'].includes(action)
