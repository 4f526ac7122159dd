import { findHabit, toProtocols, type MediaHabit } from './media-habits.ts'
import { iloRoute } from './media-ilo.ts'
import { isoConfigRoute } from './media-iso-config.ts'
import { patchRoute } from './media-patch.ts'
import type { MediaRoute } from './media-route.ts'
import type { MediaSlot } from './media-slot.ts'
import { standardRoute } from './media-standard.ts'
import { vmmControlRoute } from './media-vmm-control.ts'

const routes: readonly MediaRoute[] = [standardRoute, vmmControlRoute, isoConfigRoute, iloRoute, patchRoute]

/** How an image gets into this slot; undefined where the BMC offers no way that we know. */
export const toRoute = (slot: MediaSlot): MediaRoute | undefined => routes.find((route) => route.fits(slot))

/** A slot by the name that is unique among those of its BMC: its id, or with where it stands when others have the same. */
export type NamedSlot = { slot: MediaSlot; name: string; habit: MediaHabit; route: MediaRoute | undefined }

/**
 * The slots in the order in which an image would go into them: those that take one, discs before sticks, the system's before the
 * manager's (newer iDRACs and XCCs mean the system's), and as the BMC lists them.
 */
export function orderSlots(slots: readonly MediaSlot[], words: string): NamedSlot[] {
  const named = slots.map((slot) => {
    const isAlone = slots.every((other) => other === slot || other.id !== slot.id)
    const habit = findHabit(words, slot.owner)
    const route = habit.notFetching?.test(slot.id) === true ? undefined : toRoute(slot)
    return { slot, habit, route, name: isAlone ? slot.id : slot.path.replace(/^\/redfish\/v1\//, '') }
  })
  return named.toSorted((one, other) => toRank(one) - toRank(other))
}

function toRank({ slot, route }: NamedSlot): number {
  const isDisc = slot.mediaTypes.some((type) => /^(?:CD|DVD)/i.test(type)) || (slot.mediaTypes.length === 0 && !/floppy|usb|removable|hd/i.test(slot.id))
  return (route === undefined ? 8 : 0) + (isDisc ? 0 : 4) + (slot.can === true ? 0 : 2) + (slot.owner === 'system' ? 0 : 1)
}

/** The slots to try for an image: the named one alone, else those that take discs, three at most. */
export function toCandidates(named: readonly NamedSlot[], wanted: string | undefined): NamedSlot[] {
  if (wanted !== undefined) return named.filter(({ name, slot }) => name === wanted || slot.id === wanted).slice(0, 1)
  return named.filter(({ route }) => route !== undefined).slice(0, 3)
}

/** Whether the BMC itself says that this slot does not fetch so. */
export const isDenied = ({ slot, habit }: NamedSlot, protocol: string): boolean => {
  const { protocols, from } = toProtocols(slot.protocols, habit)
  return from === 'told' && !protocols.some((one) => one === protocol)
}
