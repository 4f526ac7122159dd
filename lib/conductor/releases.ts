import type { Database } from '#lib/db/client.ts'
import { listReleasable, releaseSteps } from '#lib/db/release.ts'

/** Lets the steps of operations begin when their turn has come. Every conductor does it for all; a step is only run by who owns its node. */
export type Releases = {
  /** Releases what may begin now, and comes back by itself when a pause is over. */
  pass: () => Promise<void>
  /** The same in a moment, however often it is called until then. */
  soon: () => void
  close: () => void
}

const soonMs = 50

/** Postgres tells of each release, so that whoever owns the nodes looks at once. */
export function createReleases(db: Database, complain: (text: string) => void, signal: AbortSignal): Releases {
  let timer: NodeJS.Timeout | undefined
  let dueMs = Infinity

  function after(ms: number): void {
    const atMs = performance.now() + ms
    if (atMs >= dueMs || signal.aborted) return
    clearTimeout(timer)
    dueMs = atMs
    timer = setTimeout(() => {
      pass().catch((error: unknown) => complain(`steps could not be released: ${error instanceof Error ? error.message : String(error)}`))
    }, ms)
  }

  async function pass(): Promise<void> {
    clearTimeout(timer)
    dueMs = Infinity
    for (const id of await listReleasable(db)) {
      if (signal.aborted) return
      const againInMs = await releaseSteps(db, id)
      if (againInMs !== null) after(againInMs + 1)
    }
  }

  return { pass, soon: () => after(soonMs), close: () => clearTimeout(timer) }
}
