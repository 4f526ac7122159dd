'use client'

import { useTranslations } from 'next-intl'
import { Button } from '#components/ui/button.tsx'
import { serverNow } from '#components/ui/clock.tsx'
import { Select } from '#components/ui/select.tsx'
import { TimeFilter } from '#components/ui/time-filter.tsx'
import { beginOf, spans, type Span } from '#components/ui/time-span.ts'
import { TypedFilter } from '#components/ui/typed-filter.tsx'
import { WordsFilter } from '#components/ui/words-filter.tsx'
import { actionNames, outcomes } from './filter.ts'
import type { FilterInAddress } from './use-filter.ts'

type FilterBarProps = Pick<FilterInAddress, 'filter' | 'change' | 'clear' | 'isFiltered'>

function RangeFilter({ filter, change }: Pick<FilterBarProps, 'filter' | 'change'>) {
  const t = useTranslations('audit')
  const words = { hour: t('rangeHour'), day: t('rangeDay'), week: t('rangeWeek'), month: t('rangeMonth') } satisfies Record<Span, string>
  const isSet = filter.from !== undefined || filter.to !== undefined
  const choose = (value: string) => {
    if (value === 'all') return change({ from: undefined, to: undefined })
    if (value !== 'custom') return change({ from: beginOf(value as Span, serverNow()), to: undefined })
  }
  return (
    <>
      <Select
        label={t('range')}
        labelHidden
        value={isSet ? 'custom' : 'all'}
        onChange={choose}
        choices={[
          { value: 'all', label: t('rangeAll') },
          ...spans.map((span) => ({ value: span, label: words[span] })),
          ...(isSet ? [{ value: 'custom', label: t('rangeCustom') }] : []),
        ]}
        className="w-36 max-sm:w-full"
      />
      {isSet && (
        <>
          <TimeFilter className="w-50 max-sm:w-full" label={t('rangeFrom')} value={filter.from} onCommit={(from) => change({ from })} />
          <TimeFilter className="w-50 max-sm:w-full" label={t('rangeTo')} value={filter.to} onCommit={(to) => change({ to })} />
        </>
      )}
    </>
  )
}

/** Words, who, on which node, what, with what outcome, when. */
export function FilterBar({ filter, change, clear, isFiltered }: FilterBarProps) {
  const t = useTranslations('audit')
  const oneOf = (value: string) => (value === '' ? undefined : value)
  const known = actionNames.map((name) => ({ value: name as string, label: t(`actions.${name}`) }))
  const unknown = filter.action !== undefined && !known.some(({ value }) => value === filter.action) ? [{ value: filter.action, label: filter.action }] : []
  return (
    <search aria-label={t('filters')} className="flex flex-wrap items-center gap-2 border-b px-5 py-2.5 max-sm:grid max-sm:grid-cols-2">
      <WordsFilter label={t('search')} className="max-sm:col-span-2" value={filter.q ?? ''} onCommit={(q) => change({ q })} />
      <TypedFilter label={t('actor')} placeholder={t('anyone')} value={filter.actor ?? ''} onCommit={(actor) => change({ actor: oneOf(actor) })} />
      <TypedFilter label={t('node')} placeholder={t('anyNode')} value={filter.node ?? ''} onCommit={(node) => change({ node: oneOf(node) })} />
      <Select
        label={t('action')}
        labelHidden
        value={filter.action ?? ''}
        onChange={(action) => change({ action: oneOf(action) })}
        choices={[{ value: '', label: t('anything') }, ...unknown, ...known]}
        className="w-44 max-sm:w-full"
      />
      <Select
        label={t('outcome')}
        labelHidden
        value={filter.outcome ?? ''}
        onChange={(outcome) => change({ outcome: oneOf(outcome) })}
        choices={[{ value: '', label: t('anyOutcome') }, ...outcomes.map((name) => ({ value: name as string, label: t(`outcomes.${name}`) }))]}
        className="w-36 max-sm:w-full"
      />
      <RangeFilter filter={filter} change={change} />
      {filter.operation !== undefined && (
        <TypedFilter label={t('operation')} placeholder={t('operation')} value={filter.operation} onCommit={(operation) => change({ operation: oneOf(operation) })} />
      )}
      {filter.ip !== undefined && <TypedFilter label={t('from')} placeholder={t('from')} value={filter.ip} onCommit={(ip) => change({ ip: oneOf(ip) })} />}
      {isFiltered && (
        <Button kind="quiet" onClick={clear}>
          {t('clear')}
        </Button>
      )}
    </search>
  )
}
