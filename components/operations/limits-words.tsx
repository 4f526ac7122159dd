'use client'

import { useTranslations } from 'next-intl'
import type { Operation } from '#lib/domain/operation.ts'
import { usualDeadlineSeconds } from '#lib/domain/operation-limits.ts'
import { spanWords } from '../ui/age.tsx'
import { useWords } from '../ui/words.tsx'

/** How an operation goes through its nodes, in words. */
export function LimitsWords({ operation: { limits, options } }: { operation: Pick<Operation, 'limits' | 'options'> }) {
  const t = useTranslations('operations.limits')
  const words = useWords()
  const span = (seconds: number) => spanWords(seconds * 1_000, words)
  const { atOnce, perRack, perGroup, pauseSeconds, order, deadlineSeconds = usualDeadlineSeconds } = limits
  const isLimited = atOnce !== undefined || perRack !== undefined || perGroup !== undefined
  const parts = [
    ...(isLimited ? [] : [t('none')]),
    ...(atOnce === undefined ? [] : [t('atOnce', { count: atOnce })]),
    ...(perRack === undefined ? [] : [t('perRack', { count: perRack })]),
    ...(perGroup === undefined ? [] : [t('perGroup', { count: perGroup })]),
    ...(order === undefined ? [] : [t(`order.${order}`)]),
    ...(pauseSeconds === undefined || pauseSeconds === 0 ? [] : [t('pause', { span: span(pauseSeconds) })]),
    ...(options.forceAfterSeconds === undefined ? [] : [t('force', { span: span(options.forceAfterSeconds) })]),
    t('deadline', { span: span(deadlineSeconds) }),
  ]
  return parts.join(t('comma'))
}
