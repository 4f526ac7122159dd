'use client'

import { useTranslations } from 'next-intl'
import { toPowerAction } from '#lib/domain/operation-actions.ts'
import type { OperationAction } from '#lib/domain/operation.ts'
import { stateAfter } from '#lib/domain/reset-rules.ts'
import { toPowerText } from '#lib/domain/words.ts'
import { toDraw, type Target } from './plan.ts'

function endsDraw(action: OperationAction): boolean {
  const switches = toPowerAction(action)
  return switches !== null && stateAfter(switches) === 'off'
}

/** What it means in watts: what they draw now, and whether that ends. What they will draw once they are on nobody knows. */
export function Draw({ targets, action, nowMs }: { targets: readonly Target[]; action: OperationAction; nowMs: number }) {
  const t = useTranslations('power.draw')
  if (targets.length === 0) return null
  const { watts, from } = toDraw(targets, nowMs)
  const draw = toPowerText(watts)
  const part = from === targets.length ? '' : ` ${t('part', { from, of: targets.length })}`
  const words = () => {
    if (from === 0) return t(action === 'On' ? 'startUnknown' : 'unknown')
    if (action === 'On') return t('start', { draw })
    return t(endsDraw(action) ? 'stop' : 'now', { draw })
  }
  return (
    <p className="text-muted">
      {words()}
      {from > 0 && part}
    </p>
  )
}
