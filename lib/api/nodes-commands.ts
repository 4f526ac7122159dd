import type { BulkEdit } from '#lib/domain/bulk-edit.ts'
import { nodesDoor } from './doors.ts'
import { ask } from './fetcher.ts'
import { paths } from './paths.ts'

/** What a page can ask of many nodes at once. Each throws ApiError. */

/** One change for many nodes: all of them, or none. */
export const patchNodes = (names: readonly string[], edit: BulkEdit) => ask(nodesDoor('nodesPatched'), paths.nodes(), { method: 'PATCH', body: { names, ...edit } })
