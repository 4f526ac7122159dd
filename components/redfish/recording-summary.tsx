'use client'

import { useTranslations } from 'next-intl'
import type { RecordingAnswer } from '#lib/api/contract.ts'
import { maskKind } from '#lib/domain/recording.ts'
import { LocalTime } from '../ui/local-time.tsx'
import { toSize } from './figures.ts'

/** What is in a finished recording and what was masked in it, or why there is none. */
export function RecordingSummary({ recording }: { recording: NonNullable<RecordingAnswer['recording']> }) {
  const t = useTranslations('redfish.recording')
  const { summary, failure, finishedAt, expiresAt, by } = recording
  if (summary === null) {
    return (
      <>
        <p className="font-medium">{t('failed')}</p>
        <p className="font-mono text-label break-words text-muted">{failure?.message}</p>
      </>
    )
  }
  const masked = maskKind.options.flatMap((kind) => (summary.masked[kind] === undefined ? [] : [t(`masked.${kind}`, { count: summary.masked[kind] })]))
  return (
    <>
      <p>
        {t('summary', { resources: summary.resources, errors: summary.errors, size: toSize(summary.bytes) })}
        {summary.end !== 'whole' && <span className="text-warning"> {t(`end.${summary.end}`)}</span>}
        {summary.unread > 0 && <span className="text-muted"> {t('unread', { count: summary.unread })}</span>}
      </p>
      <div>
        <h3 className="mb-1 text-label text-muted">{t('maskedTitle')}</h3>
        {masked.length === 0 ? (
          <p>{t('nothingMasked')}</p>
        ) : (
          <ul className="flex flex-wrap gap-x-4 gap-y-1">
            {masked.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
      </div>
      <p className="rounded-md border border-warning/40 bg-warning-ground px-3 py-2">{t('look')}</p>
      <p className="text-faint">
        {finishedAt !== null && (
          <>
            {t('by', { by })} · <LocalTime at={finishedAt} />
          </>
        )}
        {expiresAt !== null && (
          <>
            {' · '}
            {t('expires')} <LocalTime at={expiresAt} />
          </>
        )}
      </p>
    </>
  )
}
