import * as z from 'zod/mini'

const count = z._default(z.number(), 0)

/** What one conductor has counted since its process began, and what it holds now. */
export const conductorStats = z.object({
  /** Readings by facet that came in; and those that no protocol of the BMC answered. */
  reads: z.object({ power: count, sensors: count, identity: count, log: count }),
  failures: count,
  /** IPMI packets that were thrown away, by why. */
  refusedPackets: z._default(z.record(z.string(), z.number()), {}),
  consoles: count,
  viewers: count,
  residentBytes: count,
  cpuSeconds: count,
  /** How late its event loop ran at worst since the last report, in seconds. */
  loopDelaySeconds: count,
})
export type ConductorStats = z.infer<typeof conductorStats>
