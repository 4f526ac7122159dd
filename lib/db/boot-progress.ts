import * as z from 'zod/mini'
import { bootProgress, type BootProgress } from '#lib/domain/boot-progress.ts'
import type { Database } from './client.ts'

/**
 * What is known of the start of the host of the node `node`, as JSON: of the polls, and of the console, whose hub writes by itself. `where` may
 * leave out entries `e`.
 */
export const progressOf = (node: string, where = 'true') => `(SELECT coalesce(jsonb_agg(e), '[]') FROM "Snapshot" p, jsonb_array_elements(coalesce(p.data -> 'progress', '[]')) e
  WHERE p."nodeId" = ${node} AND p.facet IN ('power', 'console') AND ${where})`

const list = z.array(bootProgress)

/** Of another version's entries nothing is told. */
export function toProgressList(stored: unknown): BootProgress[] {
  const parsed = list.safeParse(stored)
  return parsed.success ? parsed.data : []
}

/** That the host said something on its console after this command. */
export async function writeFirstOutput(db: Database, nodeId: string, { after, at }: { after: string; at: string }): Promise<void> {
  const progress: BootProgress[] = [{ source: 'console', stage: null, word: after, at }]
  await db.pool.query(
    `INSERT INTO "Snapshot" ("nodeId", facet, "takenAt", data) SELECT id, 'console', $2, $3 FROM "Node" WHERE id = $1
    ON CONFLICT ("nodeId", facet) DO UPDATE SET "takenAt" = excluded."takenAt", data = excluded.data`,
    [nodeId, at, { progress }],
  )
}
