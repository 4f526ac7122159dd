import type { RedfishError } from './errors.ts'
import { parseLoose } from './loose.ts'
import { isForLicence, toReason, type Look } from './look.ts'
import { readSlots, slotOwner, type MediaSlot } from './media-slot.ts'
import { findOemActions } from './oem-action.ts'
import { toSafePath } from './path.ts'
import { say, toReasonText, type Reason } from './reason.ts'
import type { Tree } from './tree.ts'

export type { MediaSlot } from './media-slot.ts'

const MAX_SLOTS = 16

/** Where remote media is switched on (AMI): the action's target, and the manager's that says how many discs there are. */
export type MediaSwitch = { manager: string; enable: string; configure: string | undefined }

/** `reason`: why there is none, or what must be done first. `switch`: how that is done, where no slot is listed before. */
export type MediaReading = { can: boolean | null; slots: MediaSlot[]; reason: Reason | undefined; failures: RedfishError[]; switch: MediaSwitch | undefined }

/** AMI lists no slots until its remote media is switched on by this action of the manager. */
const ENABLES = /EnableRMedia$/
const CONFIGURES = /ConfigureCDInstance$/

/** The slots of the host system and of the managers: one GET each, their collections, and the managers. */
export async function readMedia(look: Look, tree: Tree): Promise<MediaReading> {
  const isTreeWhole = [...tree.lacks, ...tree.gone].every((branch) => branch === 'chassis')
  const failures: RedfishError[] = isTreeWhole ? [] : [...tree.failures]
  const owners = [...(tree.system === undefined ? [] : [{ path: tree.system, of: 'system' as const }]), ...tree.managers.map((path) => ({ path, of: 'manager' as const }))]
  const slots: MediaSlot[] = []
  let found: MediaSwitch | undefined
  let isToBeEnabled = false
  for (const { path, of } of owners) {
    const { body, failure } = await look.at(path)
    if (failure !== undefined) failures.push(failure)
    if (of === 'manager') {
      const actions = findOemActions(body)
      isToBeEnabled ||= actions.some(({ name }) => ENABLES.test(name))
      found ??= toSwitch(path, actions)
    }
    const { VirtualMedia } = parseLoose(slotOwner, body)
    if (VirtualMedia !== undefined) slots.push(...(await readSlots(look, VirtualMedia, of, failures)))
  }
  const kept = slots.slice(0, MAX_SLOTS)
  return { ...toAbility(kept, isToBeEnabled, failures), slots: kept, failures, switch: found }
}

function toSwitch(manager: string, actions: ReturnType<typeof findOemActions>): MediaSwitch | undefined {
  const targetOf = (fits: RegExp) => toSafePath((actions.find(({ name }) => fits.test(name))?.action as { target?: unknown } | undefined)?.target)
  const enable = targetOf(ENABLES)
  return enable === undefined ? undefined : { manager, enable, configure: targetOf(CONFIGURES) }
}

function toAbility(slots: readonly MediaSlot[], isToBeEnabled: boolean, failures: readonly RedfishError[]): Pick<MediaReading, 'can' | 'reason'> {
  const failure = failures[0]
  if (slots.some(({ can }) => can === true)) return { can: true, reason: failure && say('media-more', { cause: toReasonText(toReason(failure)) }) }
  if (slots.length === 0 && failure !== undefined) return { can: isForLicence(failure) ? false : null, reason: toReason(failure) }
  if (slots.length === 0 && isToBeEnabled) return { can: null, reason: say('media-to-be-enabled') }
  if (slots.length === 0) return { can: false, reason: say('media-none') }
  if (slots.every(({ can }) => can === false)) return { can: false, reason: say('media-fixed') }
  return { can: null, reason: say('media-by-trying') }
}
