import { setMaxListeners } from 'node:events'
import type { FanProfile } from '#lib/bmc/fan-profile.ts'
import type { RedfishChanges } from '#lib/config/environment.ts'
import type { Database } from '#lib/db/client.ts'
import { openLease, type LeaseConnection } from '#lib/db/leases.ts'
import { listen } from '#lib/db/listen.ts'
import type { VaultKeys } from '#lib/vault/keys.ts'
import { createGate, createPace } from './gate.ts'
import { createKeeper } from './keeper.ts'
import { watchLoad } from './load.ts'
import { createReleases } from './releases.ts'
import { createResults, createTally, type Tally } from './results.ts'
import { usualCadence, type Cadence } from './schedule.ts'
import { createSite } from './site.ts'
import { sleep } from './sleep.ts'
import { usualTiming, type StepTiming } from './step-timing.ts'
import { createStepWrites } from './step-writes.ts'
import type { World } from './world.ts'

export type ConductorOptions = {
  db: Database
  keys: VaultKeys
  /** Certificates (PEM) of the site's authority for BMCs. */
  ca?: string | undefined
  fanProfiles?: readonly FanProfile[] | undefined
  /** What administrators may change by hand over Redfish; `guarded` when it is not said. */
  changes?: RedfishChanges
  /** For tests: shorter waits of steps, and polls that come more often. */
  timing?: StepTiming
  cadence?: Cadence
  complain?: (text: string) => void
}

export type RunningConductor = {
  /** The id under which it owns nodes now; null while it has no lease. */
  id: () => string | null
  /** What came in from the BMCs since the start, over all leases. */
  tally: Tally
  /** Ends everything politely: steps stop sending, sessions are closed at the BMCs, nodes are given back. */
  stop: () => Promise<void>
}

const powerReadsAtOnce = 256
const sweepsAtOnce = 64
const logsAtOnce = 64
/** Each costs a BMC dozens of requests. */
const inventoriesAtOnce = 16
const archiveWritesAtOnce = 3
/** Five hundred nodes read four times a second each would hold up the commands of those whose turn comes after. */
const stepReadsPerSecond = 1_000
const lookEveryMs = 2_000
const gatherMs = 20

/** Starts a conductor. It holds a lease as long as Postgres can be reached, and takes up its nodes anew after it could not. */
export function startConductor(options: ConductorOptions): RunningConductor {
  const { db, keys, ca, fanProfiles, changes = 'guarded', timing = usualTiming, cadence = usualCadence, complain = console.error } = options
  const stop = new AbortController()
  const tally = createTally()
  let leaseId: string | null = null

  async function holdLease(replaces: string | undefined): Promise<string> {
    const lease = await openLease(db.url, replaces)
    leaseId = lease.id
    const end = new AbortController()
    setMaxListeners(0, end.signal)
    const fire = () => end.abort()
    lease.lost.addEventListener('abort', fire, { once: true })
    stop.signal.addEventListener('abort', fire, { once: true })
    if (stop.signal.aborted) fire()
    try {
      await conduct(lease, end.signal)
    } finally {
      leaseId = null
      stop.signal.removeEventListener('abort', fire)
      await lease.close()
    }
    return lease.id
  }

  async function conduct(lease: LeaseConnection, signal: AbortSignal): Promise<void> {
    const site = createSite(complain)
    await site.refresh()
    const load = watchLoad()
    const releases = createReleases(db, complain, signal)
    const world: World = {
      db,
      conductorId: lease.id,
      keys,
      allows: site.allows,
      ca,
      fanProfiles,
      changes,
      results: createResults(db, lease.id, complain, tally),
      releases,
      writes: createStepWrites(db, releases.soon),
      gates: {
        power: createGate(powerReadsAtOnce),
        sweep: createGate(sweepsAtOnce, load.share),
        log: createGate(logsAtOnce, load.share),
        inventory: createGate(inventoriesAtOnce, load.share),
        archive: createGate(archiveWritesAtOnce),
      },
      pace: createPace(site.commandsPerSecond, () => performance.now(), sleep),
      readPace: createPace(() => stepReadsPerSecond, () => performance.now(), sleep),
      timing,
      cadence,
      random: Math.random,
      complain,
      signal,
    }
    const keeper = createKeeper(world)
    let wake = () => {}
    // `session`: somebody's rights have changed, and what they asked for may have to stop.
    const listening = listen(['work', 'session'], () => wake(), { url: db.url, reconnected: () => wake() })
    try {
      while (!signal.aborted) {
        const woken = new Promise<void>((resolve) => (wake = resolve))
        await site.refresh()
        await keeper.look().catch((error: unknown) => complain(error instanceof Error ? error.message : String(error)))
        await Promise.race([woken, sleep(lookEveryMs, signal)])
        // News come in swarms: an operation on 500 nodes is one look, not 500.
        await sleep(gatherMs, signal)
      }
    } finally {
      load.stop()
      releases.close()
      await Promise.all([keeper.close(), listening.close()])
      await world.results.close()
    }
  }

  async function run(): Promise<void> {
    let former: string | undefined
    while (!stop.signal.aborted) {
      try {
        former = await holdLease(former)
        if (!stop.signal.aborted) complain('the conductor lost its connection to the database; it sends nothing until it has it again')
      } catch (error) {
        complain(`the conductor has no lease: ${error instanceof Error ? error.message : String(error)}`)
      }
      await sleep(1_000, stop.signal)
    }
  }

  const running = run()
  return {
    id: () => leaseId,
    tally,
    async stop() {
      stop.abort()
      await running
    },
  }
}
