'use client'

import { useTranslations } from 'next-intl'
import type { Operation } from '#lib/domain/operation.ts'
import { spanWords } from '../ui/age.tsx'
import { useNow } from '../ui/clock.tsx'
import { useWords } from '../ui/words.tsx'

type NextBatchProps = { operation: Pick<Operation, 'state' | 'batch' | 'nextBatchAt' | 'held' | 'stopped' | 'counts'> }

/** Which batch runs, or when the next one begins, or why none does. */
export function NextBatch({ operation: { state, batch, nextBatchAt, held, stopped, counts } }: NextBatchProps) {
  const t = useTranslations('operations')
  const words = useWords()
  const nowMs = useNow()
  if (state !== 'running') return null
  const say = () => {
    if (stopped !== null) return t('stoppingText')
    if (held !== null) return t('heldText', { count: counts.queued })
    if (batch === null) return null
    if (nextBatchAt !== null) return t('batchNext', { batch: batch + 1, span: spanWords(Math.max(0, Date.parse(nextBatchAt) - nowMs), words) })
    // One batch without anything behind it is no batch to a reader.
    return batch === 1 && counts.queued === 0 ? null : t('batchNow', { batch })
  }
  const said = say()
  return said === null ? null : <span className="text-muted">{said}</span>
}
