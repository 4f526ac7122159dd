import { mayPass } from './collection.ts'
import { createExpansion, type Expansion } from './expansion.ts'
import type { RedfishMemory } from './memory.ts'
import type { HealthReason } from './read-health.ts'
import type { SensorPlan } from './sensor-plan.ts'
import type { RedfishSession } from './session.ts'
import { readSystems, readTree, type Host, type Systems, type Tree } from './tree.ts'

/** How long a picture of the structure is believed, in milliseconds. */
export type Lifetimes = {
  /** The tree and the sensor sources of a BMC that answered everything. */
  settledMs: number
  /** The same after a failure on the way, with no sensor found, or soon after the host was switched: sensors come and go then. */
  unsettledMs: number
  /** How long after a change of the power state is "soon". */
  settlingMs: number
}

export const DEFAULT_LIFETIMES: Lifetimes = { settledMs: 1_800_000, unsettledMs: 120_000, settlingMs: 600_000 }

const DEEP_LOOK_MS = 300_000
const YOUNG_MS = 60_000

type Kept<T> = { reading: Promise<T>; since: number; until: number }

/**
 * A session with what has been learned of the BMC's structure, so that a poll re-reads values and not the tree. The reading
 * functions (`readPower`, `readSensors`, …) take it; one per session.
 */
export type RedfishModel = {
  readonly session: RedfishSession
  readonly expansion: Expansion
  tree(): Promise<Tree>
  /**
   * The host, of which the power state is asked: needs no more of the tree than its systems. `body` is there when this call read it.
   * `isRecalled`: nobody has read the systems in this session, and the path is where the host was in an earlier one.
   */
  host(): Promise<Partial<Host> & { isRecalled?: boolean }>
  /** The sensor sources of an earlier sweep, while they may be believed. */
  sensorPlan(): SensorPlan | undefined
  keepSensorPlan(plan: SensorPlan): void
  /** Told by `readPower`; a change makes the next sweep look for sensors anew. */
  notePowerState(state: string | undefined): void
  /** What `look` finds, or what it found within the last five minutes: for the costly search for the part behind a bad health. */
  lookDeeper(look: () => Promise<HealthReason[]>): Promise<HealthReason[]>
  /** The next reading walks the tree anew: after a path has gone or a reset of the BMC. */
  forget(): void
}

/** A page of a log may be larger than any other resource. */
const MAX_LOG_BYTES = 16 * 1024 * 1024

/** The same model, read from only while nobody else wants anything: for logs, whose pages take long. */
export const readAside = (model: RedfishModel): RedfishModel => ({ ...model, session: model.session.at('aside', MAX_LOG_BYTES) })

type ModelOptions = {
  /** What the session began with, where it was given any. */
  memory?: RedfishMemory | undefined
  lifetimes?: Lifetimes
  /** A monotonic clock in milliseconds. */
  now?: () => number
}

export function createModel(session: RedfishSession, { memory, lifetimes = DEFAULT_LIFETIMES, now = () => performance.now() }: ModelOptions = {}): RedfishModel {
  const expansion = createExpansion(session)
  let systems: Kept<Systems> | undefined
  let walk: Kept<Tree> | undefined
  let plan: { found: SensorPlan; until: number } | undefined
  let deepLook: { reasons: HealthReason[]; until: number } | undefined
  let powerState: string | undefined
  let settlesAt = -Infinity

  /** Keeps what is being read; not when it fails, and not for long when it `isPartial`. */
  function keep<T>(reading: Promise<T>, isPartial: (read: T) => boolean, drop: (kept: Kept<T>) => void): Kept<T> {
    const kept = { reading, since: now(), until: now() + lifetimes.settledMs }
    reading.then(
      (read) => isPartial(read) && (kept.until = now() + lifetimes.unsettledMs),
      () => drop(kept),
    )
    return kept
  }

  const isPartial = ({ misses }: Systems) => misses.mayHide.some(mayPass)

  /** By the service root as it is now: what was recalled of it was for the power state alone. */
  async function readSystemsAnew(): Promise<Systems> {
    const root = await session.readRoot()
    const found = await readSystems(session)
    const { fingerprint } = session
    if (fingerprint !== undefined && found.host?.body !== undefined && !isPartial(found)) memory?.learn({ certificate: fingerprint, root, host: found.host.path })
    return found
  }

  function readSystemsNow(): Kept<Systems> {
    return (systems = keep(readSystemsAnew(), isPartial, (kept) => {
      if (systems === kept) systems = undefined
    }))
  }

  /** What was read less than a minute ago is a beginning of the tree; what is older is looked at again with the rest of it. */
  async function walkTree(): Promise<Tree> {
    const young = systems !== undefined && now() < Math.min(systems.until, systems.since + YOUNG_MS) ? systems : readSystemsNow()
    return await readTree(session, await young.reading)
  }

  return {
    session,
    expansion,
    tree() {
      if (walk === undefined || now() >= walk.until) {
        walk = keep(walkTree(), ({ failures }) => failures.some(mayPass), (kept) => {
          if (walk === kept) walk = undefined
        })
      }
      return walk.reading
    },
    async host() {
      if (systems !== undefined && now() < systems.until) return { path: (await systems.reading).host?.path }
      const recalled = systems === undefined ? memory?.recall(session.fingerprint) : undefined
      if (recalled !== undefined) return { path: recalled.host, isRecalled: true }
      return (await readSystemsNow().reading).host ?? {}
    },
    sensorPlan: () => (plan !== undefined && now() < plan.until ? plan.found : undefined),
    keepSensorPlan(found) {
      const isSettled = !found.failures.some(mayPass) && found.sources.length > 0 && now() >= settlesAt
      plan = { found, until: now() + (isSettled ? lifetimes.settledMs : lifetimes.unsettledMs) }
    },
    notePowerState(state) {
      if (powerState !== undefined && state !== powerState) {
        settlesAt = now() + lifetimes.settlingMs
        plan = undefined
      }
      powerState = state
    },
    async lookDeeper(look) {
      if (deepLook === undefined || now() >= deepLook.until) deepLook = { reasons: await look(), until: now() + DEEP_LOOK_MS }
      return deepLook.reasons
    },
    forget() {
      memory?.forget()
      expansion.forget()
      systems = undefined
      walk = undefined
      deepLook = undefined
      plan = undefined
    },
  }
}
