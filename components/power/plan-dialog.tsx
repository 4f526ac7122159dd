'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { Budget } from '#lib/api/budgets-contract.ts'
import { budgetQuery } from '#lib/api/queries.ts'
import { ReadState } from '../settings/read-state.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { DeedList } from './deed-list.tsx'
import { PlanList } from './plan-list.tsx'

/** What a budget would do now, and what it has done. */
export function PlanDialog({ budget, onClose }: { budget: Budget; onClose: () => void }) {
  const t = useTranslations('budgets')
  const query = useQuery(budgetQuery(budget.id))
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={budget.name} description={t('planText')}>
      <ReadState query={query}>
        {(detail) => (
          <>
            <DialogPart>
              <h3 className="mb-2 text-label text-muted">{t('plan')}</h3>
              <PlanList detail={detail} />
            </DialogPart>
            <DialogPart>
              <h3 className="mb-2 text-label text-muted">{t('deeds')}</h3>
              <DeedList detail={detail} />
            </DialogPart>
          </>
        )}
      </ReadState>
    </Dialog>
  )
}
