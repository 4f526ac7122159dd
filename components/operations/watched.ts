import { useSyncExternalStore } from 'react'

/** The operations that this page has asked for and whose end it has not yet told; the drawer shows them. */
let watched: readonly string[] = []
const listeners = new Set<() => void>()

function change(next: readonly string[]): void {
  watched = next
  for (const listener of listeners) listener()
}

export const watchOperation = (id: string) => {
  if (!watched.includes(id)) change([...watched, id])
}
export const unwatchOperation = (id: string) => change(watched.filter((one) => one !== id))

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
