import * as z from 'zod/mini'

/** From what a node may be made to start, once or always, instead of what its firmware would choose. `none`: as the firmware chooses. */
export const bootTarget = z.enum(['none', 'disk', 'pxe', 'http', 'cd', 'usb', 'setup', 'diagnostics'])
export type BootTarget = z.infer<typeof bootTarget>
export const bootTargets: readonly BootTarget[] = bootTarget.options

export const bootLasting = z.enum(['once', 'always'])
export type BootLasting = z.infer<typeof bootLasting>
export const bootMode = z.enum(['uefi', 'legacy'])
export type BootMode = z.infer<typeof bootMode>

/** A boot override as it is asked for. Without `mode` the node's own stays. `uri`: what is fetched, for `http`. */
export const bootOrder = z.object({ target: bootTarget, lasting: bootLasting, mode: z.optional(bootMode), uri: z.optional(z.string()) })
export type BootOrder = z.infer<typeof bootOrder>

/**
 * What a BMC says is set. `target` null: a word that is none of ours; `word` is the BMC's own. `hold`: it is kept until the node starts, or
 * forgotten a minute from now (IPMI 2.0 table 28-14, parameter 3); absent where nothing is forgotten. `isPending`: it stands among the
 * settings that are taken over at the next start. `isInvalid`: the BMC holds it, but does not call its flags valid (parameter 5), as after
 * a start that has used it up: no override is in force.
 */
export const bootState = z.object({
  target: z.nullable(bootTarget),
  word: z.string(),
  lasting: bootLasting,
  mode: z.optional(bootMode),
  hold: z.optional(z.enum(['kept', 'minute'])),
  isPending: z.optional(z.boolean()),
  isInvalid: z.optional(z.boolean()),
})
export type BootState = z.infer<typeof bootState>

/**
 * Redfish's words (DSP0268, BootSource), into which IPMI's are translated too, and those of older Supermicros; the best first. A make whose
 * virtual CD is a USB device to its firmware is told of by a word of its own, which comes before the plain one where it is allowed.
 */
const words: Record<BootTarget, readonly string[]> = {
  none: ['None'],
  disk: ['Hdd', 'UefiHdd'],
  pxe: ['Pxe'],
  http: ['UefiHttp'],
  cd: ['Cd', 'CD/DVD', 'UsbCd', 'UefiCd', 'UefiUsbCd'],
  usb: ['Usb', 'UsbKey', 'UsbHdd', 'UefiUsbKey', 'UefiUsbHdd', 'Floppy', 'FloppyRemovableMedia', 'RemoteDrive'],
  setup: ['BiosSetup'],
  diagnostics: ['Diags', 'Utilities'],
}

/** The target that a BMC's word means; null for one that is none of ours. */
export const toBootTarget = (word: string): BootTarget | null => bootTargets.find((target) => words[target].includes(word)) ?? null

/** Words that name a target for one mode alone (X10). */
const isForMode = (word: string, mode: BootMode | undefined) => mode === undefined || mode === 'uefi' || !word.startsWith('Uefi')

/** The BMC's word for a target, of those that it allows; undefined where it has none. */
export function toBootWord(target: BootTarget, allowed: readonly string[], mode?: BootMode): string | undefined {
  return words[target].find((word) => allowed.includes(word) && isForMode(word, mode))
}

/** The targets that a BMC allows, in our order. */
export const toBootTargets = (allowed: readonly string[]): BootTarget[] => bootTargets.filter((target) => toBootWord(target, allowed) !== undefined)

/** Whether the next start goes by it. Null: nothing is set. */
export const isBootInForce = (state: BootState | null): state is BootState => state !== null && state.isInvalid !== true

/** Is what is in force what was asked for? */
export function isBootAs({ target, lasting, mode }: BootOrder, state: BootState | null): boolean {
  if (!isBootInForce(state)) return target === 'none'
  if (target === 'none') return state.target === 'none'
  return state.target === target && state.lasting === lasting && (mode === undefined || state.mode === undefined || state.mode === mode)
}

const modeNames = { uefi: 'UEFI', legacy: 'legacy' } as const

/** What is set, as evidence: `Pxe, once, UEFI`. */
export function toBootText(state: BootState | null): string {
  if (state === null) return 'no override'
  const { word, lasting, mode, hold, isPending, isInvalid } = state
  if (isInvalid === true) return `no valid override (the BMC holds ${word}, but does not call its boot flags valid)`
  const notes = [hold === 'minute' ? 'the BMC forgets it after 60 s without a start' : undefined, isPending === true ? 'taken over at the next start' : undefined]
  return [word, lasting, mode && modeNames[mode], ...notes].filter((part) => part !== undefined).join(', ')
}
