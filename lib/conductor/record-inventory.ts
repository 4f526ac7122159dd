import { readInventories, writeInventory } from '#lib/db/inventory.ts'
import type { Protocol } from '#lib/domain/bmc.ts'
import type { Inventory } from '#lib/domain/inventory.ts'
import { carryOver, inventoryChanges } from '#lib/domain/inventory-changes.ts'
import { toChangeEvents, withoutToldElsewhere } from './inventory-words.ts'
import type { World } from './world.ts'

/** What a reading found: its parts, and how many changes it told of; null when there was nothing to compare with. */
export type InventoryNews = { parts: number; changes: number | null }

/** Keeps what one node is made of, by protocol, and makes events of what has changed since. */
export type InventoryRecorder = {
  /** When it was taken last by this protocol, milliseconds since 1970; null when never. */
  takenAtMs: (protocol: Protocol) => Promise<number | null>
  record: (protocol: Protocol, reading: Inventory, epoch: number) => Promise<InventoryNews>
}

export function createInventoryRecorder(nodeId: string, world: Pick<World, 'db' | 'conductorId' | 'gates'>): InventoryRecorder {
  return {
    async takenAtMs(protocol) {
      return (await readInventories(world.db, nodeId)).find((one) => one.protocol === protocol)?.takenAt.getTime() ?? null
    },
    async record(protocol, reading, epoch) {
      const stored = await readInventories(world.db, nodeId)
      const before = stored.find((one) => one.protocol === protocol)?.inventory ?? null
      const better = protocol === 'ipmi' ? stored.find((one) => one.protocol === 'redfish')?.inventory : undefined
      const takenAtMs = Date.now()
      const changes = before === null ? [] : withoutToldElsewhere(inventoryChanges(before, reading), better)
      const inventory = carryOver(before, reading)
      const owner = { conductorId: world.conductorId, epoch }
      const found = { protocol, takenAtMs, inventory, events: toChangeEvents(changes, new Date(takenAtMs)) }
      await world.gates.archive.run(() => writeInventory(world.db, owner, nodeId, found))
      return { parts: reading.parts.length, changes: before === null ? null : found.events.length }
    },
  }
}
