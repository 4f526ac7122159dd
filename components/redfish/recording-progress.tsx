'use client'

import { useTranslations } from 'next-intl'
import type { RecordingAnswer } from '#lib/api/contract.ts'
import { toSize } from './figures.ts'

/** How far a recording is. What is known grows while it is read, so that the bar may go back a little. */
export function RecordingProgress({ recording }: { recording: NonNullable<RecordingAnswer['recording']> }) {
  const t = useTranslations('redfish.recording')
  const { progress, by } = recording
  if (progress === null) return <p className="text-muted">{t('waiting')}</p>
  const { read, known, bytes } = progress
  return (
    <>
      <progress value={read} max={Math.max(known, 1)} aria-label={t('progressLabel')} className="h-1.5 w-full accent-info" />
      <output className="text-muted">{t('progress', { read, known, size: toSize(bytes) })}</output>
      <p className="text-faint">{t('by', { by })}</p>
    </>
  )
}
