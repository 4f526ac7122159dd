import type { RedfishChanges } from '#lib/config/environment.ts'
import type { FanProfile } from '#lib/bmc/fan-profile.ts'
import type { AllowsAddress } from '#lib/bmc/resolve.ts'
import type { Database } from '#lib/db/client.ts'
import type { VaultKeys } from '#lib/vault/keys.ts'
import type { Gate, Pace } from './gate.ts'
import type { Releases } from './releases.ts'
import type { Results } from './results.ts'
import type { Cadence, Random } from './schedule.ts'
import type { StepTiming } from './step-timing.ts'
import type { StepWrites } from './step-writes.ts'

/** What the agents of one lease share. `signal` fires when the lease is gone or the process stops: then nothing is sent any more. */
export type World = {
  db: Database
  conductorId: string
  keys: VaultKeys
  /** The management networks in force now; asked at every connection. */
  allows: AllowsAddress
  /** Certificates (PEM) of the site's own authority; who shows one that it signed for this address needs no pin. */
  ca: string | undefined
  /** The fan profiles to choose from; those that come with Baseboard where it is not said. */
  fanProfiles?: readonly FanProfile[] | undefined
  results: Results
  releases: Releases
  writes: StepWrites
  /**
   * How many nodes may be read at once; each sort waits in its own line, so that a slow log or inventory never holds up a power read.
   * `archive` is for writing them: the first logs of a thousand nodes are millions of rows, and polls need connections too.
   */
  gates: { power: Gate; sweep: Gate; log: Gate; inventory: Gate; archive: Gate }
  /** Spaces the power commands of the whole conductor out: its share of what the site allows. */
  pace: Pace
  /** Spaces out the readings of steps that have sent their command: those that have not go first. */
  readPace: Pace
  /** Changes by hand that the site allows; see REDFISH_CHANGES. */
  changes: RedfishChanges
  timing: StepTiming
  cadence: Cadence
  random: Random
  complain: (text: string) => void
  signal: AbortSignal
}
