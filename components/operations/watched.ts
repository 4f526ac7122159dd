import { useSyncExternalStore } from 'react'

const storageKey = 'operations-closed'

/** The operations of the drawer, in the order in which they came; whose end was told leaves it. */
let watched: readonly string[] = []
/** Those that have left it, be it that somebody closed them: they do not come back. */
let left: Set<string> | null = null
const listeners = new Set<() => void>()

function change(next: readonly string[]): void {
  watched = next
  for (const listener of listeners) listener()
}

/** What was closed stays closed when the page is loaded again. */
function leftOnes(): Set<string> {
  if (left !== null) return left
  try {
    left = new Set(sessionStorage.getItem(storageKey)?.split(',') ?? [])
  } catch {
    // No storage: closed ones come back with the next page.
    left = new Set()
  }
  return left
}

export function watchOperation(id: string): void {
  if (!leftOnes().has(id) && !watched.includes(id)) change([...watched, id])
}

export function unwatchOperation(id: string): void {
  const all = leftOnes().add(id)
  try {
    sessionStorage.setItem(storageKey, [...all].slice(-100).join(','))
  } catch {
    // As above.
  }
  change(watched.filter((one) => one !== id))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const none: readonly string[] = []

export const useWatched = () =>
  useSyncExternalStore(
    subscribe,
    () => watched,
    () => none,
  )
