'use client'

import { useTranslations } from 'next-intl'
import type { PowerAction } from '#lib/domain/power.ts'
import { stateAfter } from '#lib/domain/reset-rules.ts'
import { toPowerText } from '#lib/domain/words.ts'
import { toDraw, type Target } from './plan.ts'

/** What it means in watts: what they draw now, and whether that ends. What they will draw once they are on nobody knows. */
export function Draw({ targets, action, nowMs }: { targets: readonly Target[]; action: PowerAction; nowMs: number }) {
  const t = useTranslations('power.draw')
  if (targets.length === 0) return null
  const { watts, from } = toDraw(targets, nowMs)
  const draw = toPowerText(watts)
  const part = from === targets.length ? '' : ` ${t('part', { from, of: targets.length })}`
  const words = () => {
    if (from === 0) return t(action === 'On' ? 'startUnknown' : 'unknown')
    if (action === 'On') return t('start', { draw })
    return t(stateAfter(action) === 'off' ? 'stop' : 'now', { draw })
  }
  return (
    <p className="text-muted">
      {words()}
      {from > 0 && part}
    </p>
  )
}
