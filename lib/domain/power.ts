import * as z from 'zod/mini'
import { powerActions } from './operation-actions.ts'
import { resetTypes } from './reset-rules.ts'

/** What a node's power is, as read from its BMC. `unknown` when nobody could say. */
export const powerState = z.enum(['on', 'off', 'poweringOn', 'poweringOff', 'unknown'])
export type PowerState = z.infer<typeof powerState>

export const resetType = z.enum(resetTypes)
export type ResetType = z.infer<typeof resetType>

/** What a person asks of a node's power. `Boot`: on if it is off, else a reset, decided by the state read just before. */
export const powerAction = z.enum(powerActions)
export type PowerAction = z.infer<typeof powerAction>
