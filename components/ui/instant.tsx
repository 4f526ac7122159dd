import type { ReactNode } from 'react'

/** An instant to the second, as logs and tickets write it. */
export const toUtcText = (at: string) => `${at.slice(0, 19).replace('T', ' ')} UTC`

/** A time in whatever words, with the instant itself a hover away. */
export function Instant({ at, className, children }: { /** ISO 8601. */ at: string; className?: string | undefined; children: ReactNode }) {
  return (
    <time dateTime={at} title={toUtcText(at)} className={className}>
      {children}
    </time>
  )
}
