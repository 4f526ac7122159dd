'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { createBudget, patchBudget } from '#lib/api/budget-commands.ts'
import type { Budget } from '#lib/api/budgets-contract.ts'
import { keys } from '#lib/api/queries.ts'
import type { PowerScope } from '#lib/domain/power-total.ts'
import { FormDialog } from '../alerts/form-dialog.tsx'
import { RangeField } from '../alerts/range-field.tsx'
import { useErrorWords } from '../errors/use-error-words.ts'
import { DialogPart } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'
import { toast } from '../ui/toast.tsx'
import { ActFields } from './act-fields.tsx'
import { emptyBudget, problemsOfBudget, toBudget, toBudgetForm, toChanges, type BudgetForm } from './budget-form.ts'

type BudgetDialogProps = { budget: Budget | null; /** What is looked at, for a new one. */ scope: PowerScope; onClose: () => void }

/** Makes a budget, or changes one. */
export function BudgetDialog({ budget, scope, onClose }: BudgetDialogProps) {
  const t = useTranslations('budgets.form')
  const words = useErrorWords()
  const client = useQueryClient()
  const [form, setForm] = useState<BudgetForm>(() => (budget === null ? emptyBudget(scope) : toBudgetForm(budget)))
  const [isTried, setTried] = useState(false)
  const problems = problemsOfBudget(form)
  const shown = isTried ? problems : []
  const save = useMutation({
    mutationFn: async () => {
      const asked = toBudget(form)
      if (budget === null) return createBudget(asked)
      const { name, range, capWatts, warnShare, overSeconds, acts } = budget
      const changes = toChanges({ name, range, capWatts, warnShare, overSeconds, acts }, asked)
      return Object.keys(changes).length === 0 ? budget : patchBudget(budget.id, changes)
    },
    onSuccess: ({ name }) => {
      void client.invalidateQueries({ queryKey: keys.budgets })
      toast({ level: 'ok', title: t('saved', { name }) })
      onClose()
    },
  })
  const change = (changes: Partial<BudgetForm>) => {
    save.reset()
    setForm({ ...form, ...changes })
  }
  const error = (field: 'name' | 'range' | 'capWatts' | 'warnPercent' | 'overSeconds') => (shown.includes(field) ? t(`problem.${field}`) : null)
  const submit = () => {
    setTried(true)
    if (problems.length === 0 && !save.isPending) save.mutate()
  }
  return (
    <FormDialog
      title={budget === null ? t('newTitle') : t('editTitle', { name: budget.name })}
      description={budget?.armed == null ? undefined : t('disarms')}
      width="lg"
      refusal={save.error === null ? null : words(save.error)}
      busy={save.isPending}
      onSave={submit}
      onClose={onClose}
    >
      <DialogPart className="flex flex-col gap-4">
        <TextField label={t('name')} value={form.name} maxLength={100} onChange={(event) => change({ name: event.target.value })} error={error('name')} />
        <RangeField label={t('range')} value={form.range} onChange={(range) => change({ range })} error={error('range')} />
        <div className="grid gap-4 sm:grid-cols-3">
          <TextField label={t('capWatts')} inputMode="numeric" value={form.capWatts} onChange={(event) => change({ capWatts: event.target.value })} error={error('capWatts')} />
          <TextField label={t('warnPercent')} inputMode="numeric" value={form.warnPercent} onChange={(event) => change({ warnPercent: event.target.value })} error={error('warnPercent')} />
          <TextField label={t('overSeconds')} inputMode="numeric" value={form.overSeconds} onChange={(event) => change({ overSeconds: event.target.value })} error={error('overSeconds')} />
        </div>
      </DialogPart>
      <DialogPart>
        <ActFields acts={form.acts} problems={shown} onChange={(acts) => change({ acts })} />
      </DialogPart>
    </FormDialog>
  )
}
