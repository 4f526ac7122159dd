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

/** A span in its two largest units: 7 h 58 min, 12 s; seconds only below an hour, minutes only below two days. */
export function spanWords(ms: number, words: Words): string {
  const step = ms >= 2 * day ? hour : ms >= hour ? minute : second
  const units = [
    [day, words.days],
    [hour, words.hours],
    [minute, words.minutes],
    [second, words.seconds],
  ] as const
  let rest = Math.round(Math.max(0, ms) / step) * step
  const parts = units.flatMap(([unit, word]) => {
    const count = Math.floor(rest / unit)
    rest -= count * unit
    return count === 0 ? [] : [word.replace('{n}', String(count))]
  })
  return parts.length === 0 ? words.seconds.replace('{n}', '0') : parts.slice(0, 2).join(' ')
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
