import * as z from 'zod/mini'
import { mediaProtocol } from '#lib/domain/media.ts'

const end = z.object({
  next: z.enum(['remove', 'leave', 'gone']),
  state: z.enum(['verified', 'not-applied', 'unknown', 'failed', 'aborted']),
  code: z.string(),
  text: z.string(),
})

/**
 * What a step of media must know to go on after a restart of the conductor, beside its stage and its commands. The token of its link is not
 * in it: who finds the step has no need of it, for what was mounted is only read back.
 */
export const mediaMemo = z.object({
  /** Where the image goes or is. */
  slot: z.nullable(z.string()),
  /** Its name, or the address of the share. */
  file: z.string(),
  protocol: z.nullable(mediaProtocol),
  /** null: another server serves it. */
  linkId: z.nullable(z.string()),
  /** By which the BMC has refused to fetch. */
  tried: z.array(mediaProtocol),
  /** What had been read when the node was restarted, and when that was. */
  before: z.object({ bytes: z.number(), requests: z.number() }),
  restartedAtMs: z.nullable(z.number()),
  /** What was read of the node before a command of its start. */
  baseline: z.nullable(z.unknown()),
  /** The node's own restart time when it was first seen to read; and how a later restart was seen. */
  mark: z.nullable(z.object({ lastResetAt: z.nullable(z.string()) })),
  restart: z.nullable(z.string()),
  /** What has been proven so far, as evidence. */
  said: z.array(z.string()),
  /** How it ends once the image is out. */
  end: z.nullable(end),
})
export type MediaMemo = z.infer<typeof mediaMemo>

/** As it was written; null where it was not, or by a version that wrote otherwise. */
export function readMemo(stored: unknown): MediaMemo | null {
  const parsed = mediaMemo.safeParse(stored)
  return parsed.success ? parsed.data : null
}

/** Of a step that has done nothing yet. */
export const toMemo = (file: string): MediaMemo => ({
  slot: null,
  file,
  protocol: null,
  linkId: null,
  tried: [],
  before: { bytes: 0, requests: 0 },
  restartedAtMs: null,
  baseline: null,
  mark: null,
  restart: null,
  said: [],
  end: null,
})
