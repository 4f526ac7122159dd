'use client'

import { useTranslations } from 'next-intl'
import type { OperationNodes } from '#lib/domain/operation-detail.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { retryStates, toLeft, type RetryState } from './retry.ts'

type RetryChoiceProps = { groups: OperationNodes['states']; chosen: readonly RetryState[]; frozen: boolean; onChoose: (states: readonly RetryState[]) => void }

/** Which of the steps are asked for again, by how they ended. What may have happened is asked for only when somebody says so, and knows why. */
export function RetryChoice({ groups, chosen, frozen, onChoose }: RetryChoiceProps) {
  const t = useTranslations('operations')
  return (
    <fieldset disabled={frozen} className="flex flex-col gap-3">
      <legend className="sr-only">{t('retry.which')}</legend>
      {retryStates.map((state) => {
        const group = groups.find((one) => one.state === state)
        if (group === undefined) return null
        const isIn = chosen.includes(state)
        const left = toLeft([group], [state])
        return (
          <div key={state} className="min-w-0">
            <Checkbox
              checked={isIn && left > 0}
              disabled={left === 0}
              onChange={() => onChoose(isIn ? chosen.filter((one) => one !== state) : retryStates.filter((one) => one === state || chosen.includes(one)))}
            >
              {t(`group.${state}`, { count: group.count })}
            </Checkbox>
            <p className="ml-5.5 max-h-20 overflow-y-auto font-mono text-label break-words text-muted">{group.range}</p>
            {group.again > 0 && <p className="ml-5.5 text-label text-muted">{t('retry.again', { count: group.again })}</p>}
            {group.gone > 0 && <p className="ml-5.5 text-label text-muted">{t('retry.gone', { count: group.gone })}</p>}
            {state === 'unknown' && left > 0 && <p className={isIn ? 'ml-5.5 text-warning' : 'ml-5.5 text-label text-muted'}>{t('retry.danger')}</p>}
          </div>
        )
      })}
    </fieldset>
  )
}
