'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { budgetsQuery, nodesQuery } from '#lib/api/queries.ts'
import { toPowerScopes, toPowerTotal, toScopeKey } from '#lib/domain/power-total.ts'
import type { Role } from '#lib/domain/role.ts'
import { RangeSwitch } from '../chart/range-switch.tsx'
import { useErrorWords } from '../errors/use-error-words.ts'
import { useNow } from '../ui/clock.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/states.tsx'
import { BudgetList } from './budget-list.tsx'
import { TotalChart } from './total-chart.tsx'
import { TotalTable, type ScopeTotal } from './total-table.tsx'
import { ranges, toAddress, toFilter, toView } from './view.ts'

/** How often passing time alone may change a figure. */
const tickMs = 5_000

/** What the fleet, each group and each rack draw: as it is, by the stream, and as it was. */
export function TotalsPage({ role }: { role: Role }) {
  const t = useTranslations('totals')
  const errorWords = useErrorWords()
  const { data, error } = useQuery(nodesQuery())
  const budgets = useQuery(budgetsQuery()).data?.budgets
  const view = toView(useSearchParams())
  const nowMs = Math.floor(useNow() / tickMs) * tickMs
  const scopes = useMemo(() => toPowerScopes(data?.nodes ?? []), [data])
  const totals = useMemo(() => scopes.map(({ scope, nodes }): ScopeTotal => ({ scope, total: toPowerTotal(nodes, nowMs) })), [scopes, nowMs])
  if (error !== null && data === undefined) return <ErrorState title={errorWords(error)} />
  if (data?.nodes.length === 0) return <EmptyState title={t('empty.title')}>{t('empty.text')}</EmptyState>
  const { scope, hours } = view
  const budget = scope.kind === 'budget' ? budgets?.find(({ id }) => id === scope.name) : undefined
  return (
    <>
      <RangeSwitch
        label={t('range')}
        ranges={ranges}
        hours={hours}
        nameOf={(range) => t(`hours.${rangeKeys[range]}`)}
        onChoose={(range) => window.history.replaceState(null, '', toAddress({ scope, hours: range }))}
      />
      <TotalChart key={toScopeKey(scope)} title={scope.kind === 'fleet' ? t('fleet') : t(scope.kind, { name: budget?.name ?? (scope.kind === 'budget' ? '' : scope.name) })} capWatts={budget?.capWatts} range={t(`hours.${rangeKeys[hours]}`)} filter={toFilter(view)} />
      <BudgetList role={role} view={view} />
      {data === undefined ? (
        <div aria-busy className="flex flex-col gap-4 p-5">
          <Skeleton className="w-64" />
          <Skeleton className="w-48" />
        </div>
      ) : (
        <TotalTable totals={totals} view={view} />
      )}
    </>
  )
}

const rangeKeys = { 0.25: 'quarter', 1: 'hour', 6: 'sixHours', 24: 'day', 168: 'week', 720: 'month' } as const
