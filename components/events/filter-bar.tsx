'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { nodesQuery } from '#lib/api/queries.ts'
import { chipStyle } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { serverNow } from '../ui/clock.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { MenuButton, type MenuEntry } from '../ui/menu-button.tsx'
import { TextField } from '../ui/text-field.tsx'
import { TimeFilter } from '../ui/time-filter.tsx'
import { beginOf, spans, type Span } from '../ui/time-span.ts'
import { WordsFilter } from '../ui/words-filter.tsx'
import { levels, levelsOf, toggleLevel } from './filter.ts'
import type { FilterInAddress } from './use-filter.ts'

/** More names than this would make a list that nobody reads and every key stroke waits for. */
const mostSuggested = 500

function NodeFilter({ value, onCommit }: { value: string; onCommit: (value: string | undefined) => void }) {
  const t = useTranslations('events')
  const listId = useId()
  const { data } = useQuery(nodesQuery())
  const nodes = data?.nodes ?? []
  const commit = (text: string) => text !== value && onCommit(text === '' ? undefined : text)
  return (
    <>
      <TextField
        key={value}
        label={t('node')}
        labelHidden
        mono
        defaultValue={value}
        placeholder={t('anyNode')}
        maxLength={63}
        list={listId}
        onBlur={(event) => commit(event.target.value.trim())}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        className="w-32 max-md:w-full"
      />
      <datalist id={listId}>{nodes.length <= mostSuggested && nodes.map(({ id, name }) => <option key={id}>{name}</option>)}</datalist>
    </>
  )
}

function RangeFilter({ filter, change }: Pick<FilterInAddress, 'filter' | 'change'>) {
  const t = useTranslations('events')
  const words = { hour: t('rangeHour'), day: t('rangeDay'), week: t('rangeWeek'), month: t('rangeMonth') } satisfies Record<Span, string>
  const isSet = filter.from !== undefined || filter.to !== undefined
  const range = isSet ? t('rangeCustom') : t('any')
  const entries: MenuEntry[] = [
    { label: t('rangeAll'), checked: !isSet, onSelect: () => change({ from: undefined, to: undefined }) },
    ...spans.map((span): MenuEntry => ({ label: words[span], onSelect: () => change({ from: beginOf(span, serverNow()), to: undefined }) })),
  ]
  return (
    <>
      <MenuButton label={`${t('range')} ${range}`} entries={entries} look={chipStyle(isSet)}>
        {t('range')} <span className="font-medium text-text">{range}</span>
      </MenuButton>
      {isSet && (
        <>
          <TimeFilter className="w-50 max-md:w-full" label={t('rangeFrom')} value={filter.from} onCommit={(from) => change({ from })} />
          <TimeFilter className="w-50 max-md:w-full" label={t('rangeTo')} value={filter.to} onCommit={(to) => change({ to })} />
        </>
      )}
    </>
  )
}

function LevelFilter({ filter, change }: Pick<FilterInAddress, 'filter' | 'change'>) {
  const t = useTranslations('events')
  const chosen = levelsOf(filter)
  return (
    <div role="group" aria-label={t('levels')} className="flex gap-2">
      {levels.map((level) => (
        <button
          key={level}
          type="button"
          aria-pressed={chosen.includes(level)}
          onClick={() => change({ level: toggleLevel(filter, level) })}
          className={chipStyle(chosen.includes(level))}
        >
          {level !== 'ok' && <HealthMark level={level} />}
          {t(`level.${level}`)}
        </button>
      ))}
    </div>
  )
}

/** Words, node, level, source, time, and whether what the BMCs have no more is shown. */
export function FilterBar({ address, sources, isFleet }: { address: FilterInAddress; sources: readonly string[]; isFleet: boolean }) {
  const t = useTranslations('events')
  const { filter, change, clear, isFiltered } = address
  const sourceEntries = [undefined, ...new Set([...sources, ...(filter.source === undefined ? [] : [filter.source])])].map(
    (name): MenuEntry => ({ label: name ?? t('anySource'), checked: filter.source === name, onSelect: () => change({ source: name }) }),
  )
  const source = filter.source ?? t('any')
  const hidesCleared = filter.cleared === 'false'
  return (
    <search aria-label={t('filters')} className="flex min-h-13 shrink-0 flex-wrap items-center gap-2 border-b px-5 py-2.5">
      <WordsFilter label={t('search')} value={filter.q ?? ''} onCommit={(q) => change({ q })} />
      {isFleet && <NodeFilter value={filter.node ?? ''} onCommit={(node) => change({ node })} />}
      <LevelFilter filter={filter} change={change} />
      <MenuButton label={`${t('source')} ${source}`} entries={sourceEntries} look={chipStyle(filter.source !== undefined)}>
        {t('source')} <span className="max-w-40 truncate font-medium text-text">{source}</span>
      </MenuButton>
      <RangeFilter filter={filter} change={change} />
      <button
        type="button"
        aria-pressed={hidesCleared}
        onClick={() => change({ cleared: hidesCleared ? undefined : 'false' })}
        className={chipStyle(hidesCleared)}
      >
        {t('hideCleared')}
      </button>
      {isFiltered && (
        <Button kind="quiet" size="sm" onClick={clear}>
          {t('clearFilters')}
        </Button>
      )}
    </search>
  )
}
