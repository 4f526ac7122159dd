import type { World } from './world.ts'

/** Lets work go on beside the rest. It is in `running` until it has ended; `what` says whose failure is complained of. */
export function goOnWith(work: Promise<void>, what: string, running: Set<Promise<void>>, { complain }: Pick<World, 'complain'>): void {
  const ending = work
    .catch((error: unknown) => complain(`${what}: ${error instanceof Error ? error.message : String(error)}`))
    .finally(() => running.delete(ending))
  running.add(ending)
}
