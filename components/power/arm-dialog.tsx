'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { armBudget } from '#lib/api/budget-commands.ts'
import type { Budget } from '#lib/api/budgets-contract.ts'
import { budgetQuery, keys } from '#lib/api/queries.ts'
import { toPowerText } from '#lib/domain/words.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { ReadState } from '../settings/read-state.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'
import { toast } from '../ui/toast.tsx'
import { PlanList } from './plan-list.tsx'

/** Shows what would be done, and arms the budget once its range has been typed. */
export function ArmDialog({ budget, onClose }: { budget: Budget; onClose: () => void }) {
  const t = useTranslations('budgets')
  const common = useTranslations('common')
  const words = useErrorWords()
  const client = useQueryClient()
  const query = useQuery(budgetQuery(budget.id))
  const [typed, setTyped] = useState('')
  const arm = useMutation({
    mutationFn: () => armBudget(budget.id, typed.trim()),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.budgets })
      toast({ level: 'ok', title: t('armed', { name: budget.name }) })
      onClose()
    },
  })
  const isTyped = typed.trim() === budget.range
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('armTitle', { name: budget.name })}
      description={t('armText', { watts: toPowerText(budget.capWatts), seconds: budget.overSeconds })}
      footer={
        <>
          {arm.error !== null && (
            <p role="alert" className="mr-auto text-critical">
              {words(arm.error)}
            </p>
          )}
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="arm-budget" kind="danger" busy={arm.isPending} reason={isTyped ? undefined : t('typeFirst', { range: budget.range })}>
            {t('arm')}
          </Button>
        </>
      }
    >
      <DialogPart>
        <h3 className="mb-2 text-label text-muted">{t('plan')}</h3>
        <ReadState query={query}>{(detail) => <PlanList detail={detail} />}</ReadState>
        <p className="mt-2 text-muted">{t('armRules')}</p>
      </DialogPart>
      <form
        id="arm-budget"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (isTyped && !arm.isPending) arm.mutate()
        }}
      >
        <DialogPart>
          <TextField label={t('typeRange', { range: budget.range })} value={typed} onChange={(event) => setTyped(event.target.value)} mono autoCapitalize="none" autoComplete="off" />
        </DialogPart>
      </form>
    </Dialog>
  )
}
