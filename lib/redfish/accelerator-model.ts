import { toFact } from './fact.ts'
import type { RedfishPart } from './inventory-part.ts'

/**
 * Some BMCs tell an accelerator without its model, and the model as the name of its PCIe device (Lenovo XCC: "GPU 1"; "NVIDIA Quadro RTX
 * A6000"). One serial number says that they are one card.
 */
export function withAcceleratorModels(parts: readonly RedfishPart[]): RedfishPart[] {
  const cards = new Map(parts.flatMap((one) => (one.kind === 'pcie' && one.serial !== undefined ? [[one.serial, one] as const] : [])))
  return parts.map((one) => {
    if (one.kind !== 'accelerator' || one.model !== undefined || one.serial === undefined) return one
    const card = cards.get(one.serial)
    return card === undefined ? one : { ...one, model: card.model ?? toOwnName(card) }
  })
}

/** Not the maker's name, which some give a device (iDRAC: "NVIDIA Corporation"), and not its id. */
function toOwnName({ name, manufacturer, id, slot }: RedfishPart): string | undefined {
  return [manufacturer, id, slot].includes(name) ? undefined : toFact(name)
}
