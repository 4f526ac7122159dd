'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { ageWords } from '../ui/age.tsx'
import { cx } from '../ui/class-names.ts'
import { useNow } from '../ui/clock.tsx'
import { Instant } from '../ui/instant.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { useWords } from '../ui/words.tsx'
import type { LogSource } from './use-events.ts'

/** A log is read every minute; after three missed readings its age is amber. */
const staleAfterMs = 180_000

function ReadAge({ at }: { at: string }) {
  const t = useTranslations('events')
  const words = useWords()
  const ageMs = useNow() - Date.parse(at)
  return (
    <Instant at={at} className={cx(ageMs > staleAfterMs && 'text-warning')}>
      {t('readAgo', { age: ageWords(ageMs, words) })}
    </Instant>
  )
}

const isWhole = ({ isComplete, failure }: LogSource) => isComplete && failure === null

/** The logs of a protocol are read together, so that those which were read whole need their age only once. */
function WholeLogs({ logs }: { logs: readonly LogSource[] }) {
  if (logs.length === 0) return null
  return (
    <li className="flex min-w-0 flex-wrap items-center gap-x-3">
      {logs.map(({ name }) => (
        <span key={name} className="text-muted">
          {name}
        </span>
      ))}
      <ReadAge at={logs[0]!.readAt} />
    </li>
  )
}

/** How old each log's reading is, whether it is whole, and why it could not be read. */
export function LogStates({ logs, actions }: { logs: readonly LogSource[]; actions: ReactNode }) {
  const t = useTranslations('events')
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-6 gap-y-2 border-b px-5 py-2">
      <ul aria-label={t('logs')} className="flex min-w-0 flex-1 flex-wrap gap-x-6 gap-y-1 text-label text-faint">
        {(['redfish', 'ipmi'] as const).map((via) => (
          <WholeLogs key={via} logs={logs.filter((log) => log.via === via && isWhole(log))} />
        ))}
        {logs.filter((log) => !isWhole(log)).map((log) => (
          <li key={log.name} className="flex min-w-0 items-center gap-2">
            {log.failure !== null && <HealthMark level="warning" label={t('logFailed')} />}
            <span className="text-muted">{log.name}</span>
            <ReadAge at={log.readAt} />
            {!log.isComplete && <span>{t('incomplete')}</span>}
            {log.failure !== null && <span className="min-w-0 break-words text-warning">{log.failure}</span>}
          </li>
        ))}
      </ul>
      {actions}
    </div>
  )
}
