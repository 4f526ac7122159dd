import * as z from 'zod/mini'
import { canonicalJson } from './audit.ts'

const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/))
const positive = z.int().check(z.minimum(1))

/**
 * What is said of the audit outside the database: at this time its row `seq` had this `hash`, and so had every row before it.
 * `previous` is the digest of the checkpoint before (zeros for number 1), `key` the fingerprint of the key that signed.
 */
export const checkpoint = z.strictObject({
  version: z.literal(1),
  number: positive,
  instance: z.string(),
  seq: positive,
  hash: sha256,
  at: z.iso.datetime(),
  previous: sha256,
  key: z.string(),
  signature: z.string(),
})
export type Checkpoint = z.infer<typeof checkpoint>

/** What is signed: it begins with what it is for, so that a signature under it is good for nothing else. */
export function signedText(one: Omit<Checkpoint, 'signature'> & { signature?: string }): string {
  const { signature: _, ...said } = one
  return `baseboard audit checkpoint\n${canonicalJson(said)}`
}

/** A checkpoint as a line of a file, without its line break. */
export const toCheckpointLine = (one: Checkpoint) => canonicalJson(one)

/** Where checkpoints go: the file, and what the site has added. */
const checkpointWay = z.enum(['file', 'syslog', 'webhook'])

/** How far one way is: the last number that went there and when, and why the last try failed (null: it did not). */
export const wayState = z.object({
  way: checkpointWay,
  where: z.string(),
  number: z.nullable(z.number()),
  at: z.nullable(z.iso.datetime()),
  failure: z.nullable(z.string()),
})
export type WayState = z.infer<typeof wayState>

/** What the conductor tells of its checkpoints: the newest, who can verify it (PEM), how often there is one, and each way. */
export const checkpointState = z.object({
  last: z.nullable(checkpoint),
  publicKey: z.nullable(z.string()),
  everyRows: z.number(),
  everySeconds: z.number(),
  ways: z.array(wayState),
})
export type CheckpointState = z.infer<typeof checkpointState>
