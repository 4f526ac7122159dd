'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { deleteBudget, disarmBudget } from '#lib/api/budget-commands.ts'
import type { Budget } from '#lib/api/budgets-contract.ts'
import { budgetsQuery, keys } from '#lib/api/queries.ts'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { toPowerText } from '#lib/domain/words.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { ReadState } from '../settings/read-state.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Link } from '../ui/link.tsx'
import type { MenuEntry } from '../ui/menu-button.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { toast } from '../ui/toast.tsx'
import { BudgetBar } from './budget-bar.tsx'
import { BudgetNow } from './budget-now.tsx'
import { TotalWords } from './total-words.tsx'
import { toAddress, type View } from './view.ts'

const BudgetDialog = dynamic(() => import('./budget-dialog.tsx').then((module) => module.BudgetDialog), { ssr: false })
const ArmDialog = dynamic(() => import('./arm-dialog.tsx').then((module) => module.ArmDialog), { ssr: false })
const PlanDialog = dynamic(() => import('./plan-dialog.tsx').then((module) => module.PlanDialog), { ssr: false })

type Open = { dialog: 'edit' | 'arm' | 'plan'; budget: Budget } | { dialog: 'new' } | null

/** What sets of nodes may draw, and how that stands. */
export function BudgetList({ role, view }: { role: Role; view: View }) {
  const t = useTranslations('budgets')
  const query = useQuery(budgetsQuery())
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  const mayChange = may({ role }, 'manageBudgets')
  return (
    <section aria-label={t('title')} className="border-b">
      <div className="flex items-center justify-between gap-4 px-5 py-3">
        <h2 className="font-medium">{t('title')}</h2>
        {mayChange && (
          <Button onClick={() => setOpen({ dialog: 'new' })}>
            <Plus size={15} aria-hidden />
            {t('new')}
          </Button>
        )}
      </div>
      <ReadState query={query}>
        {({ budgets }) =>
          budgets.length === 0 ? (
            <p className="max-w-prose px-5 pb-4 text-muted">{t('none')}</p>
          ) : (
            <ul>
              {budgets.map((budget) => (
                <BudgetItem key={budget.id} budget={budget} role={role} view={view} onOpen={(dialog) => setOpen({ dialog, budget })} />
              ))}
            </ul>
          )
        }
      </ReadState>
      {open?.dialog === 'new' && <BudgetDialog budget={null} scope={view.scope} onClose={close} />}
      {open?.dialog === 'edit' && <BudgetDialog budget={open.budget} scope={view.scope} onClose={close} />}
      {open?.dialog === 'arm' && <ArmDialog budget={open.budget} onClose={close} />}
      {open?.dialog === 'plan' && <PlanDialog budget={open.budget} onClose={close} />}
    </section>
  )
}

type BudgetItemProps = { budget: Budget; role: Role; view: View; onOpen: (dialog: 'edit' | 'arm' | 'plan') => void }

function useBudgetActions({ id, name }: Budget) {
  const t = useTranslations('budgets')
  const words = useErrorWords()
  const client = useQueryClient()
  const settled = { onError: (error: unknown) => toast({ level: 'critical' as const, title: words(error) }), onSettled: () => client.invalidateQueries({ queryKey: keys.budgets }) }
  const disarm = useMutation({ mutationFn: () => disarmBudget(id), onSuccess: () => toast({ level: 'ok', title: t('disarmed', { name }) }), ...settled })
  const remove = useMutation({ mutationFn: () => deleteBudget(id), onSuccess: () => toast({ level: 'ok', title: t('removed', { name }) }), ...settled })
  return { disarm, remove }
}

function BudgetItem({ budget, role, view, onOpen }: BudgetItemProps) {
  const t = useTranslations('budgets')
  const { disarm, remove } = useBudgetActions(budget)
  const { id, name, range, capWatts, armed, now } = budget
  const mayChange = may({ role }, 'manageBudgets')
  const entries: MenuEntry[] = [
    { label: t('plan'), onSelect: () => onOpen('plan') },
    ...(mayChange ? [{ label: t('edit'), onSelect: () => onOpen('edit') }, { kind: 'line' as const }, { label: t('remove'), tone: 'danger' as const, onSelect: () => remove.mutate() }] : []),
  ]
  const isShown = view.scope.kind === 'budget' && view.scope.name === id
  return (
    <li aria-label={name} className="flex flex-col gap-1.5 border-t px-5 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link href={toAddress({ ...view, scope: { kind: 'budget', name: id } })} prefetch={false} className="font-medium" aria-current={isShown ? 'true' : undefined}>
          {name}
        </Link>
        <span className="min-w-0 truncate font-mono text-label text-muted">{range}</span>
        <Badge tone={armed === null ? 'plain' : 'info'}>{armed === null ? t('onlyTells') : t('armedBy', { name: armed.by })}</Badge>
        <span className="ml-auto flex items-center gap-2">
          {armed === null && mayChange && (
            <Button size="sm" onClick={() => onOpen('arm')} reason={budget.acts.length === 0 ? t('nothingToArm') : undefined}>
              {t('arm')}
            </Button>
          )}
          {armed !== null && may({ role }, 'power') && (
            <Button size="sm" busy={disarm.isPending} onClick={() => disarm.mutate()}>
              {t('disarm')}
            </Button>
          )}
          <RowMenu label={t('actions', { name })} entries={entries} />
        </span>
      </div>
      <p className="flex flex-wrap items-baseline gap-x-2">
        {now !== null && <TotalWords total={now.total} />}
        <span className="text-muted">{t('of', { watts: toPowerText(capWatts) })}</span>
      </p>
      <BudgetBar budget={budget} />
      <BudgetNow budget={budget} />
    </li>
  )
}
