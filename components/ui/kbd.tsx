import type { ReactNode } from 'react'

/** A key to press. */
export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className="rounded-sm border border-line-strong px-1 font-sans text-label text-faint">{children}</kbd>
}
