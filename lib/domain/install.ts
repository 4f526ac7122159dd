import * as z from 'zod/mini'

/** The words of an image in a node's virtual drive: where a step of media stands, and what was read of the image where it is served. */

/** In this order; `removing` is also all that an eject has. Each is committed before what belongs to it is sent. */
export const stepStage = z.enum(['linking', 'ejecting', 'mounting', 'booting', 'resetting', 'reading', 'removing'])
export type StepStage = z.infer<typeof stepStage>
export const stepStages: readonly StepStage[] = stepStage.options

/** What one BMC has read of an image. `percent`: of the image, at least in part. */
export const stepReads = z.object({
  bytes: z.number(),
  bytesPerSecond: z.number(),
  percent: z.number(),
  lastReadAt: z.nullable(z.iso.datetime()),
})
export type StepReads = z.infer<typeof stepReads>

/** How long a person may let an image stay in unread before it is taken out, in minutes. */
export const quietMinutes = { least: 1, usual: 10, most: 240 } as const

/** How long a node may take from its restart to its first read, in minutes: one with much memory tests it for a quarter of an hour. */
export const patienceMinutes = { least: 1, usual: 15, most: 240 } as const

/** So many installs are under way at once when nobody has said otherwise: thirty nodes must not choke the uplink of the one that serves. */
export const installsAtOnce = { least: 1, usual: 8, most: 1_000 } as const
