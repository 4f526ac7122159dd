'use client'

import { useMemo, useSyncExternalStore } from 'react'
import { Instant } from './instant.tsx'
import { useWords } from './words.tsx'

const never = () => () => {}

/** False on the server and while the page takes over, true after: for what only the browser knows, such as its time zone. */
export const useHydrated = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )

export type TimeShape = 'time' | 'moment' | 'day'

const shapes: Record<TimeShape, Intl.DateTimeFormatOptions> = {
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  moment: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  day: { year: 'numeric', month: 'short', day: 'numeric' },
}

/** Formats instants (ISO 8601 or ms since 1970) in the reader's own time zone; the year is told when it is not this one. */
export function useTimeFormat(shape: TimeShape): (at: string | number) => string {
  const { locale } = useWords()
  const timeZone = useHydrated() ? undefined : 'UTC'
  return useMemo(() => {
    const options = { ...shapes[shape], hourCycle: 'h23', timeZone } as const
    const short = new Intl.DateTimeFormat(locale, options)
    const long = new Intl.DateTimeFormat(locale, shape === 'moment' ? { ...options, year: 'numeric' } : options)
    return (at) => {
      const date = new Date(at)
      if (Number.isNaN(date.getTime())) return String(at)
      return (date.getUTCFullYear() === new Date().getUTCFullYear() ? short : long).format(date)
    }
  }, [locale, shape, timeZone])
}

/** A moment in the reader's own time, with UTC on hover. */
export function LocalTime({ at, shape = 'moment', className }: { at: string; shape?: TimeShape; className?: string }) {
  const format = useTimeFormat(shape)
  return (
    <Instant at={at} className={className}>
      {format(at)}
    </Instant>
  )
}
