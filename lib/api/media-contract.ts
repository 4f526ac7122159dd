import * as z from 'zod/mini'
import { imageReads } from '#lib/domain/image-link.ts'
import { mediaState } from '#lib/domain/media.ts'

/**
 * A node's virtual drives as they were last read (null: never), and what its BMC has read of our images, the newest first. `operation`: the
 * one that brings an image in or takes one out at this moment.
 */
export const nodeMedia = z.object({
  state: z.nullable(mediaState),
  reads: z.array(imageReads),
  operation: z.nullable(z.string()),
})
export type NodeMedia = z.infer<typeof nodeMedia>
