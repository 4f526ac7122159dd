'use client'

import { useTranslations } from 'next-intl'
import type { Operation, OperationState } from '#lib/domain/operation.ts'
import { HealthMark, PowerMark } from '../ui/marks.tsx'

export const operationTones: Record<OperationState, string> = { running: '', succeeded: 'text-muted', failed: 'text-warning', aborted: 'text-muted' }

type Standing = Pick<Operation, 'state' | 'held' | 'stopped' | 'counts'>

/** How an operation stands, as a shape. */
export function OperationMark({ operation: { state, held, counts } }: { operation: Standing }) {
  if (state === 'running') return <PowerMark state={held === null ? 'poweringOn' : 'off'} className="mx-0.5" />
  if (state === 'succeeded') return <HealthMark level="ok" />
  if (state === 'aborted') return <HealthMark level="unknown" />
  return <HealthMark level={counts.verified > 0 ? 'warning' : 'critical'} />
}

/** How it stands, in words: one that runs may be held, or on its way to its end. */
export function useStandingWords(): (operation: Standing) => string {
  const t = useTranslations('operations')
  return ({ state, held, stopped }) => {
    if (state !== 'running') return t(`state.${state}`)
    if (stopped !== null) return t('stopping')
    return held === null ? t('state.running') : t('held')
  }
}
