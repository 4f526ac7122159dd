import type * as z from 'zod/mini'
import type { BulkEdit } from '#lib/domain/bulk-edit.ts'
import { nodesDoor } from './doors.ts'
import { ask } from './fetcher.ts'
import type { nodeImport, nodeRangeCreate, scanCreate } from './nodes-contract.ts'
import { paths } from './paths.ts'

/** What a page can ask of many nodes at once. Each throws ApiError. */

/** One change for many nodes: all of them, or none. */
export const patchNodes = (names: readonly string[], edit: BulkEdit) => ask(nodesDoor('nodesPatched'), paths.nodes(), { method: 'PATCH', body: { names, ...edit } })

/** Ten thousand nodes take some seconds, and more on a busy machine. */
const deadlineMs = 180_000

export const createNodeRange = (body: z.input<typeof nodeRangeCreate>) => ask(nodesDoor('nodePlan'), paths.nodeRanges(), { method: 'POST', body, deadlineMs })
export const importNodes = (body: z.input<typeof nodeImport>) => ask(nodesDoor('nodePlan'), paths.nodeImports(), { method: 'POST', body, deadlineMs })

/** Asks a conductor to look at addresses; what it finds is read with `scanQuery(id)`. */
export const createScan = (body: z.input<typeof scanCreate>) => ask(nodesDoor('scan'), paths.scans(), { method: 'POST', body })
export const stopScan = (id: string) => ask(nodesDoor('scanDetail'), paths.scan(id), { method: 'PATCH', body: { state: 'stopped' } })
