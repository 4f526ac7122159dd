export type Overlay = 'palette' | 'keys' | null

let overlay: Overlay = null
const listeners = new Set<() => void>()

/** Opens the palette or the list of keys over any page, or closes them. */
export function showOverlay(next: Overlay): void {
  overlay = next
  for (const listener of listeners) listener()
}

export const readOverlay = () => overlay

export function onOverlay(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
