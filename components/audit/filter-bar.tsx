'use client'

import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { serverNow } from '#components/ui/clock.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { Select } from '#components/ui/select.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { actionNames, beginOf, outcomes, spans, toBoxTime, type Span } from './filter.ts'
import type { FilterInAddress } from './use-filter.ts'

type FilterBarProps = Pick<FilterInAddress, 'filter' | 'change' | 'clear' | 'isFiltered'>

const typingMs = 300

/** Words to look for; they count a moment after the last key. */
function TextFilter({ value, onCommit }: { value: string; onCommit: (value: string | undefined) => void }) {
  const t = useTranslations('audit')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [typed, setTyped] = useState<string | null>(null)
  const type = (text: string) => {
    setTyped(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onCommit(text.trim() === '' ? undefined : text.trim()), typingMs)
  }
  return <FilterField label={t('search')} value={typed ?? value} onType={type} onBlur={() => setTyped(null)} maxLength={200} className="max-sm:col-span-2" />
}

/** A box whose value counts when one leaves it or presses Enter. */
function TypedFilter({ label, placeholder, value, onCommit }: { label: string; placeholder: string; value: string; onCommit: (value: string) => void }) {
  return (
    <TextField
      key={value}
      label={label}
      labelHidden
      mono
      defaultValue={value}
      placeholder={placeholder}
      maxLength={255}
      onBlur={(event) => event.target.value.trim() !== value && onCommit(event.target.value.trim())}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      className="w-36 max-sm:w-full"
    />
  )
}

function BoxTime({ label, value, onCommit }: { label: string; value: string | undefined; onCommit: (value: string | undefined) => void }) {
  return (
    <TextField
      key={value}
      label={label}
      labelHidden
      title={label}
      type="datetime-local"
      defaultValue={value === undefined ? '' : toBoxTime(value, new Date(value).getTimezoneOffset())}
      onBlur={(event) => {
        const typed = event.target.value === '' ? undefined : new Date(event.target.value).toISOString()
        if (typed?.slice(0, 16) !== value?.slice(0, 16)) onCommit(typed)
      }}
      className="w-50 max-sm:w-full"
    />
  )
}

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
          <BoxTime label={t('rangeFrom')} value={filter.from} onCommit={(from) => change({ from })} />
          <BoxTime label={t('rangeTo')} value={filter.to} onCommit={(to) => change({ to })} />
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
      <TextFilter value={filter.q ?? ''} onCommit={(q) => change({ q })} />
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
