import * as z from 'zod'
import { nested, parseLoose, text, words } from './loose.ts'

/** Boot override of a system (DSP0268, ComputerSystem.Boot). */
export type BootOverride = {
  /** The system has the property, so that it can be set. */
  isOffered: boolean
  enabled: string | undefined
  target: string | undefined
  mode: string | undefined
  allowedTargets: string[]
  /** Empty where the BMC lists none; most of those that have modes do not. */
  allowedModes: string[]
  allowedEnabled: string[]
}

const schema = z.object({
  Boot: nested({
    BootSourceOverrideEnabled: text,
    BootSourceOverrideTarget: text,
    BootSourceOverrideMode: text,
    'BootSourceOverrideTarget@Redfish.AllowableValues': words,
    'BootSourceOverrideMode@Redfish.AllowableValues': words,
    'BootSourceOverrideEnabled@Redfish.AllowableValues': words,
  }),
})

/** What a ComputerSystem's body says of it. */
export function toBootOverride(body: unknown): BootOverride {
  const { Boot: boot } = parseLoose(schema, body)
  const allowedTargets = boot?.['BootSourceOverrideTarget@Redfish.AllowableValues'] ?? []
  return {
    isOffered: allowedTargets.length > 0 || boot?.BootSourceOverrideTarget !== undefined || boot?.BootSourceOverrideEnabled !== undefined,
    enabled: boot?.BootSourceOverrideEnabled,
    target: boot?.BootSourceOverrideTarget,
    mode: boot?.BootSourceOverrideMode,
    allowedTargets,
    allowedModes: boot?.['BootSourceOverrideMode@Redfish.AllowableValues'] ?? [],
    allowedEnabled: boot?.['BootSourceOverrideEnabled@Redfish.AllowableValues'] ?? [],
  }
}
