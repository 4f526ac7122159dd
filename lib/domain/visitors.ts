import * as z from 'zod/mini'
import { consoleMode } from './console.ts'

/** Somebody at a node's console now. `drives`: what they type reaches the node. */
export const visitor = z.object({ name: z.string(), mode: consoleMode, since: z.iso.datetime(), drives: z.boolean() })
export type Visitor = z.infer<typeof visitor>

/** As a conductor writes it down: its consoles at which somebody is. */
export const visitedNodes = z.array(z.object({ nodeId: z.string(), visitors: z.array(visitor) }))
export type VisitedNodes = z.infer<typeof visitedNodes>
