'use client'

import { useTranslations } from 'next-intl'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { countWork, isReady } from './plan.ts'
import { PlanTable } from './plan-table.tsx'
import type { usePlan } from './use-plan.ts'
import { useRefusalWords } from './use-plan-words.ts'

/** Under a form: check it, see what it would do, and do it. */
export function PlanSteps({ steps, form, lineWord }: { steps: ReturnType<typeof usePlan>; /** The id of the form whose submission is the check. */ form: string; lineWord: boolean }) {
  const t = useTranslations('add')
  const refusal = useRefusalWords()
  const { check, carryOut, skipBad, setSkipBad, error } = steps
  const plan = check.data
  return (
    <>
      <div className="sticky bottom-0 z-10 flex flex-wrap items-center gap-x-4 gap-y-2 border-y bg-background px-5 py-3">
        {plan === undefined ? (
          <Button type="submit" form={form} kind="strong" busy={check.isPending}>
            {t('check')}
          </Button>
        ) : (
          <Button kind="strong" onClick={() => carryOut.mutate()} busy={carryOut.isPending} reason={isReady(plan, skipBad) ? undefined : countWork(plan) === 0 ? t('nothingToDo') : t('badFirst')}>
            {t('carryOut', { add: plan.counts.add, change: plan.counts.change })}
          </Button>
        )}
        {plan === undefined && <p className="text-muted">{check.isPending ? t('checking') : t('checkHint')}</p>}
        {plan !== undefined && plan.counts.bad > 0 && countWork(plan) > 0 && (
          <Checkbox checked={skipBad} onChange={(event) => setSkipBad(event.target.checked)}>
            {t('skipBad', { count: plan.counts.bad })}
          </Checkbox>
        )}
        {carryOut.isPending && <p className="text-muted">{t('carryingOut')}</p>}
        {error !== null && (
          <p role="alert" className="min-w-0 text-critical">
            {refusal(error)}
          </p>
        )}
      </div>
      {plan !== undefined && <PlanTable plan={plan} lineWord={lineWord} />}
    </>
  )
}
