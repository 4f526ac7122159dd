import type { Inventory, Part } from '#lib/domain/inventory.ts'
import type { RedfishPart } from '#lib/redfish/inventory-part.ts'
import type { InventoryReading } from '#lib/redfish/inventory-collector.ts'
import { toOptionalText, toPlainText } from './text.ts'

const levels = { OK: 'ok', Warning: 'warning', Critical: 'critical' } as const

/** What Redfish says a node is made of, in our words. */
export function toInventory({ parts, sections, absent }: InventoryReading): Inventory {
  return { parts: parts.map(toPart), sections, absent }
}

function toPart(given: RedfishPart): Part {
  const { cores, threads, speedMhz, sizeBytes, linkUp, speedMbps, capacityWatts } = given
  const fields: Omit<Part, 'kind' | 'slot' | 'name'> = {
    manufacturer: toOptionalText(given.manufacturer),
    model: toOptionalText(given.model),
    serial: toOptionalText(given.serial),
    partNumber: toOptionalText(given.partNumber),
    firmware: toOptionalText(given.firmware),
    health: given.health === undefined ? undefined : levels[given.health],
    technology: toOptionalText(given.technology, 60),
    mac: toOptionalText(given.mac, 40),
    assetTag: toOptionalText(given.assetTag),
    sku: toOptionalText(given.sku),
    cores,
    threads,
    speedMhz,
    sizeBytes,
    linkUp,
    speedMbps,
    capacityWatts,
  }
  const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const slot = toPlainText(given.slot) || given.kind
  return { kind: given.kind, slot, name: toPlainText(given.name) || slot, ...known }
}
