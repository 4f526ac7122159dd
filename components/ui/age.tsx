'use client'

import { cx } from './class-names.ts'
import { useNow } from './clock.tsx'
import { Instant } from './instant.tsx'
import { useWords, type Words } from './words.tsx'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A span in its largest whole unit: 4 s, 12 min, 3 h, 2 d. Never negative. */
export function ageWords(ms: number, words: Words): string {
  const span = Math.max(0, ms)
  if (span < minute) return words.seconds.replace('{n}', String(Math.floor(span / second)))
  if (span < hour) return words.minutes.replace('{n}', String(Math.floor(span / minute)))
  if (span < 2 * day) return words.hours.replace('{n}', String(Math.floor(span / hour)))
  return words.days.replace('{n}', String(Math.floor(span / day)))
}

type AgeProps = {
  /** ISO 8601, or null for never. */
  at: string | null
  /** Amber beyond this; never amber when absent. */
  staleAfterMs?: number
  className?: string
}

/** How long ago something was read, ticking. */
export function Age({ at, staleAfterMs, className }: AgeProps) {
  const now = useNow()
  const words = useWords()
  const age = at === null ? Infinity : now - Date.parse(at)
  const stale = staleAfterMs !== undefined && age > staleAfterMs
  const style = cx('tabular-nums whitespace-nowrap', stale ? 'text-warning' : 'text-faint', className)
  if (at === null) return <span className={style}>{words.never}</span>
  return (
    <Instant className={style} at={at}>
      {ageWords(age, words)}
    </Instant>
  )
}
