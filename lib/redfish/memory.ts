import * as z from 'zod'
import { toSafePath } from './path.ts'
import type { ServiceRoot } from './service-root.ts'

/** What an earlier session learned of a BMC: plain data, so that it may outlive the process. */
export type KnownService = {
  /** SHA-256 of the certificate that the BMC showed, as `RedfishSession.fingerprint` has it: one with another certificate is another BMC. */
  certificate: string
  root: ServiceRoot
  /** The path of the host system. */
  host: string
}

/**
 * What one conversation leaves to the next, so that this one signs in at once and asks for the power state by its path. It is a hint that the
 * BMC may contradict, and never believed for long: whoever walks the tree reads the service root and the systems anew.
 */
export type RedfishMemory = {
  /** What is known of the BMC with this certificate; nothing once it has been believed for two minutes and was not learned anew. */
  recall(certificate: string | undefined): KnownService | undefined
  /** Told by whoever has just read all of it. */
  learn(known: KnownService): void
  forget(): void
}

/** As long as a picture of the tree in which something is missing. */
const BELIEVED_MS = 120_000

type MemoryOptions = {
  known?: KnownService | undefined
  /** Given what is learned as JSON, when it is news. */
  keep?: ((json: string) => void) | undefined
  /** A monotonic clock in milliseconds. */
  now?: () => number
}

export function createRedfishMemory({ known: first, keep, now = () => performance.now() }: MemoryOptions = {}): RedfishMemory {
  let known = first
  let kept = JSON.stringify(first)
  let until: number | undefined
  return {
    recall(certificate) {
      if (known === undefined || known.certificate !== certificate) return undefined
      until ??= now() + BELIEVED_MS
      return now() < until ? known : undefined
    },
    learn(learned) {
      known = learned
      until = undefined
      const json = JSON.stringify(learned)
      if (json === kept) return
      kept = json
      keep?.(json)
    },
    forget() {
      known = undefined
    },
  }
}

const text = z.string().optional().transform((value) => value)
const path = z.string().refine((value) => toSafePath(value) === value)
const link = path.optional().transform((value) => value)

/** In the order of what is learned, by which news is told from what was kept. */
const knownService = z.object({
  certificate: z.string(),
  root: z.object({
    redfishVersion: text,
    vendor: text,
    product: text,
    uuid: text,
    oemVendors: z.array(z.string()),
    systems: link,
    chassis: link,
    managers: link,
    sessions: link,
    sessionService: link,
    updateService: link,
    eventService: link,
    expandQuery: text,
  }),
  host: path,
})

/** What was kept as JSON; undefined where that is nothing, or not what this version keeps. */
export const toKnownService = (json: string | null | undefined): KnownService | undefined => knownService.safeParse(JSON.parse(json ?? 'null')).data
