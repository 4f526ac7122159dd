import type { NewEntry } from '#lib/db/events.ts'
import type { Inventory, Part, PartKind } from '#lib/domain/inventory.ts'
import type { InventoryChange } from '#lib/domain/inventory-changes.ts'
import { ourSource } from '#lib/domain/log-source.ts'

/** More at once is another machine, or a BMC that lies. */
const greatestCount = 200

const kindWords: Record<PartKind, string> = {
  system: 'System',
  chassis: 'Chassis',
  board: 'Board',
  processor: 'Processor',
  accelerator: 'Accelerator',
  memory: 'Memory module',
  controller: 'Controller',
  drive: 'Drive',
  volume: 'Volume',
  adapter: 'Adapter',
  nic: 'Network interface',
  port: 'Network port',
  pcie: 'PCIe device',
  supply: 'Power supply',
  bmc: 'BMC',
  bmcNic: 'BMC network interface',
  bios: 'BIOS',
  bootOption: 'Boot option',
  firmware: 'Firmware',
  licence: 'Licence',
  certificate: 'Certificate',
  fru: 'FRU',
}

const toPartWords = ({ model, serial, name }: Part) => [model ?? name, serial].filter((word) => word !== undefined).join(', serial ')

/** One change in English: «Memory module DIMM C2 was replaced: M393A4K40DB3, serial 1F2 → …, serial 2A7». Pages say it from `change`. */
export function toChangeText({ change, kind, slot, before, after, fields, movedFrom }: InventoryChange): string {
  const part = `${kindWords[kind]} ${slot}`
  const moved = movedFrom === undefined ? '' : ` (it was in ${movedFrom})`
  if (change === 'replaced') return `${part} was replaced: ${toPartWords(before!)} → ${toPartWords(after!)}${moved}`
  if (change === 'added') return `${part} was added: ${toPartWords(after!)}${moved}`
  if (change === 'removed') return `${part} was removed: ${toPartWords(before!)}`
  const facts = fields.map((field) => `${field} ${String(before?.[field])} → ${String(after?.[field])}`)
  return `${part} has changed: ${facts.join(', ')}`
}

/** The changes as events of ours. `at` is when they were found. */
export function toChangeEvents(changes: readonly InventoryChange[], at: Date): NewEntry[] {
  return changes.slice(0, greatestCount).map((one): NewEntry => {
    const { change, kind, slot, before, after, fields, movedFrom } = one
    return {
      key: `${ourSource}/${at.toISOString()}/${kind}/${slot}/${change}`,
      source: ourSource,
      sourceId: '',
      at: at.toISOString(),
      level: change === 'removed' ? 'warning' : 'ok',
      text: toChangeText(one).slice(0, 500),
      sensor: slot,
      change: { change, kind, slot, name: (after ?? before)?.name ?? slot, before, after, fields, movedFrom: movedFrom ?? null },
    }
  })
}

/** Of what IPMI tells, only the kinds that Redfish says nothing of: what both tell is news once. */
export function withoutToldElsewhere(changes: readonly InventoryChange[], better: Inventory | undefined): InventoryChange[] {
  return changes.filter(({ kind }) => better?.sections[kind] === undefined)
}
