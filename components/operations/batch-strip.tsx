'use client'

import { useTranslations } from 'next-intl'
import type { OperationBatch } from '#lib/domain/operation-detail.ts'
import { toProgress } from '#lib/domain/progress.ts'
import { cx } from '../ui/class-names.ts'
import { useTimeFormat } from '../ui/local-time.tsx'
import { StateBar } from './state-bar.tsx'

type BatchStripProps = { batches: readonly OperationBatch[]; shown: number | null; onShow: (batch: number | null) => void }

/** The batches, a block each, the newest last; a press narrows the steps to one. */
export function BatchStrip({ batches, shown, onShow }: BatchStripProps) {
  const t = useTranslations('operations')
  const time = useTimeFormat('time')
  if (batches.length < 2) return null
  return (
    <section aria-label={t('batches')} className="border-b px-5 py-3">
      <h2 className="mb-1.5 text-label text-faint">{t('batches')}</h2>
      <ol className="flex flex-wrap gap-1">
        {batches.map((batch) => {
          const { total, done, bad } = toProgress(batch.counts)
          const span = batch.endedAt === null ? time(batch.releasedAt) : `${time(batch.releasedAt)} – ${time(batch.endedAt)}`
          const words = t('batchWords', { batch: batch.number, done, total, bad, span })
          const active = shown === batch.number
          return (
            <li key={batch.number}>
              <button
                type="button"
                aria-pressed={active}
                aria-label={words}
                title={words}
                onClick={() => onShow(active ? null : batch.number)}
                className={cx('flex h-7 min-w-9 flex-col justify-between rounded-sm border px-1.5 pt-0.5 pb-1 text-label max-sm:h-11 max-sm:min-w-11', active ? 'border-info bg-selected' : 'border-line-strong hover:bg-hover')}
              >
                <span className="text-center leading-4">{batch.number}</span>
                <StateBar counts={batch.counts} className="h-1 w-full" />
              </button>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
