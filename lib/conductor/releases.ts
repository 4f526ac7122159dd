import { listReleasable, releaseSteps } from '#lib/db/release.ts'
import type { World } from './world.ts'

/** Lets the steps of operations begin when their turn has come. Every conductor does it for all; a step is only run by who owns its node. */
export type Releases = {
  /** Releases what may begin now, and comes back by itself when a pause is over. */
  pass: () => Promise<void>
  close: () => void
}

/** Postgres tells of each release, so that whoever owns the nodes looks at once. */
export function createReleases(world: World): Releases {
  let timer: NodeJS.Timeout | undefined

  async function pass(): Promise<void> {
    clearTimeout(timer)
    let againInMs = Infinity
    for (const id of await listReleasable(world.db)) {
      if (world.signal.aborted) return
      againInMs = Math.min(againInMs, (await releaseSteps(world.db, id)).againInMs ?? Infinity)
    }
    if (againInMs < Infinity && !world.signal.aborted) timer = setTimeout(passLater, Math.min(againInMs + 1, 3_600_000))
  }

  function passLater(): void {
    pass().catch((error: unknown) => world.complain(`steps could not be released: ${error instanceof Error ? error.message : String(error)}`))
  }

  return { pass, close: () => clearTimeout(timer) }
}
