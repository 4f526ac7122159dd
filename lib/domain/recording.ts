import * as z from 'zod/mini'

/** What a recording hides. Each is one word on the page; a value has one kind, and the same value is the same pseudonym everywhere. */
export const maskKind = z.enum(['serial', 'asset', 'uuid', 'mac', 'address', 'host', 'user', 'contact', 'secret', 'certificate', 'storageId'])
export type MaskKind = z.infer<typeof maskKind>

/** How far the reading of a node's tree has come. `known`: resources that are linked and not read yet are counted too. */
export const recordingProgress = z.object({ read: z.int(), known: z.int(), bytes: z.int() })
export type RecordingProgress = z.infer<typeof recordingProgress>

/** Why a tree was not read to its end: it is larger than is kept, somebody stopped it, or the BMC fell silent. */
export const recordingEnd = z.enum(['whole', 'too-many', 'too-large', 'stopped', 'silent'])
export type RecordingEnd = z.infer<typeof recordingEnd>

/** What is in a finished recording. `masked`: how many different values of each kind. */
export const recordingSummary = z.object({
  end: recordingEnd,
  resources: z.int(),
  /** Answers that were not 200; they are recorded as they were. */
  errors: z.int(),
  /** Linked resources that were left out or not reached. */
  unread: z.int(),
  /** Of the file, packed. */
  bytes: z.int(),
  masked: z.partialRecord(maskKind, z.int()),
})
export type RecordingSummary = z.infer<typeof recordingSummary>

/** How long a finished recording is kept. */
export const recordingKeptHours = 24

/** A machine's Redfish tree as a file: the format that the simulator replays (simulator/README.md). */
export type Recording = {
  machine: Record<string, string>
  resources: Record<string, unknown>
  seconds?: Record<string, number>
  errors?: { path: string; status: number; raw: string }[]
}
