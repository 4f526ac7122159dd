'use client'

import { useTranslations } from 'next-intl'
import { useCallback } from 'react'
import type { ConsoleMark } from '#lib/domain/console.ts'
import { useWords } from '../ui/words.tsx'

type PowerAction = Parameters<ReturnType<typeof useTranslations<'power'>>>[0]
type Reason = Parameters<ReturnType<typeof useTranslations<'console.reason'>>>[0]

const troubles: ReadonlySet<ConsoleMark['kind']> = new Set(['lost', 'closedByBmc', 'taken', 'overrun', 'restarted', 'recordingFailed'])

/** Seconds of a wait, with one decimal below ten. */
const toSeconds = (ms: number) => (ms < 9_950 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000))

/** The words of a mark, with its time of day: `13:24:09 found again after 2.1 s`. */
export function useMarkWords(): (mark: ConsoleMark) => { text: string; isTrouble: boolean } {
  const t = useTranslations('console.mark')
  const reasons = useTranslations('console.reason')
  const power = useTranslations('power')
  const { locale } = useWords()
  return useCallback(
    (mark) => {
      const values = () => {
        switch (mark.kind) {
          case 'lost':
            return { reason: reasons.has(mark.reason as Reason) ? reasons(mark.reason as Reason) : mark.reason }
          case 'found':
            return { seconds: toSeconds(mark.afterMs) }
          case 'power': {
            const key = `action.${mark.action}` as PowerAction
            return { by: mark.by, action: power.has(key) ? power(key) : mark.action }
          }
          case 'takeOver':
            return { by: mark.by, from: mark.from ?? '' }
          case 'takeSession':
          case 'break':
            return { by: mark.by }
          case 'sysrq':
            return { by: mark.by, key: mark.key }
          case 'size':
            return { by: mark.by, columns: mark.columns, rows: mark.rows }
          default:
            return {}
        }
      }
      const time = new Date(mark.at).toLocaleTimeString(locale, { hourCycle: 'h23' })
      return { text: `${time} ${t(mark.kind, values() as never)}`, isTrouble: troubles.has(mark.kind) }
    },
    [t, reasons, power, locale],
  )
}
