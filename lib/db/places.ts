import type { Place } from '#lib/domain/bulk-edit.ts'
import type { Transaction } from './client.ts'

/** What people say of a node. */
export type PlaceRow = Place & { id: string; name: string }

/** Locks those of these nodes that are there, for a change of many: always in one order, so that two such changes wait and do not lock each other out. */
export const lockPlaces = (tx: Transaction, names: readonly string[]) => tx.$queryRaw<PlaceRow[]>`
  SELECT id::text, name, groups, tags, rack, position, attributes, protected FROM "Node" WHERE name = ANY(${names}) ORDER BY id FOR UPDATE`

/** Writes the places of many nodes in one statement. */
export async function updatePlaces(tx: Transaction, places: readonly PlaceRow[]): Promise<void> {
  if (places.length === 0) return
  await tx.$executeRaw`
    UPDATE "Node" n SET groups = p.groups, tags = p.tags, rack = p.rack, position = p.position, attributes = p.attributes, protected = p.protected, "updatedAt" = now()
    FROM jsonb_to_recordset(${JSON.stringify(places)}::jsonb)
      AS p(id uuid, groups text[], tags text[], rack text, position int, attributes jsonb, protected boolean)
    WHERE n.id = p.id`
}
