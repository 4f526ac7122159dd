import * as z from 'zod/mini'

/** Nodes of which nobody is told until a moment, and who wanted it so and why. */
export const silence = z.object({
  id: z.string(),
  range: z.string(),
  reason: z.string(),
  by: z.string(),
  createdAt: z.iso.datetime(),
  until: z.iso.datetime(),
})
export type Silence = z.infer<typeof silence>

/** Somebody works at a node: it is polled and can be switched as ever, and nobody is alerted of it. */
export const maintenance = z.object({ reason: z.string(), by: z.string(), at: z.iso.datetime() })
export type Maintenance = z.infer<typeof maintenance>
