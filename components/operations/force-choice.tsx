'use client'

import { useTranslations } from 'next-intl'
import { toPowerAction } from '#lib/domain/operation-actions.ts'
import { forceAfter, type OperationAction } from '#lib/domain/operation.ts'
import { toForced } from '#lib/domain/reset-rules.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { boxStyle } from '../ui/text-field.tsx'
import { cx } from '../ui/class-names.ts'

/** Whether a node that does not obey is forced, and after how many seconds, as typed. */
export type Force = { wanted: boolean; seconds: string }
export const usualForce: Force = { wanted: false, seconds: String(forceAfter.usual) }

function forcedBy(action: OperationAction) {
  const switches = toPowerAction(action)
  return switches === null ? null : toForced(switches)
}

/** Is it something that can be forced later, where a node does not obey? */
export const canForce = (action: OperationAction) => forcedBy(action) !== null

/** The wait that was chosen; undefined for none, null for one that cannot be. */
export function toForceAfter({ wanted, seconds }: Force): number | undefined | null {
  if (!wanted) return undefined
  const value = /^\s*\d{1,5}\s*$/.test(seconds) ? Number(seconds) : 0
  return value >= forceAfter.least && value <= forceAfter.most ? value : null
}

/** What follows when the system does not go down by itself. `frozen` once it was asked: a second try must ask for the same. */
export function ForceChoice({ action, force, frozen, onChange }: { action: OperationAction; force: Force; frozen: boolean; onChange: (force: Force) => void }) {
  const t = useTranslations('power.force')
  const forced = forcedBy(action)
  if (forced === null) return null
  const isWrong = toForceAfter(force) === null
  return (
    <fieldset disabled={frozen} className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-center gap-x-2">
        <Checkbox checked={force.wanted} onChange={(event) => onChange({ ...force, wanted: event.target.checked })}>
          {t(forced)}
        </Checkbox>
        <label className="flex items-center gap-2">
          <span className="sr-only">{t('wait')}</span>
          <input
            value={force.seconds}
            onChange={(event) => onChange({ wanted: true, seconds: event.target.value })}
            inputMode="numeric"
            autoComplete="off"
            aria-invalid={isWrong || undefined}
            className={cx(boxStyle, 'max-w-18')}
          />
          <span>{t('seconds')}</span>
        </label>
      </div>
      <p role={isWrong ? 'alert' : undefined} className={cx('text-label', isWrong ? 'text-critical' : 'text-faint')}>
        {isWrong ? t('range', forceAfter) : t('note')}
      </p>
    </fieldset>
  )
}
