import { useSyncExternalStore } from 'react'

/** The operations of the drawer, in the order in which they came; whose end was told leaves it. */
let watched: readonly string[] = []
/** Those that have left it, be it that somebody closed them: they come back with the next page that is loaded, if they still run. */
const left = new Set<string>()
const listeners = new Set<() => void>()

function change(next: readonly string[]): void {
  watched = next
  for (const listener of listeners) listener()
}

export function watchOperation(id: string): void {
  if (!left.has(id) && !watched.includes(id)) change([...watched, id])
}

export function unwatchOperation(id: string): void {
  left.add(id)
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
