import type { Part } from './inventory.ts'

const isNumber = (slot: string) => /^\d+$/.test(slot)

/** The slot as people call it. A bare number says what it is only with the part's name: `Manager 1`. */
export function toSlotWords({ slot, name }: Pick<Part, 'slot' | 'name'>): string {
  if (!isNumber(slot) || name === slot) return slot
  return new RegExp(`(?:^|\\D)${slot}$`).test(name) ? name : `${name} ${slot}`
}
