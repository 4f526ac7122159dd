'use client'

import { Search, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Node } from '#lib/domain/node.ts'
import type { SelectionProblem } from '#lib/domain/selection.ts'
import { chipStyle } from '../ui/badge.tsx'
import { MenuButton, type MenuEntry } from '../ui/menu-button.tsx'
import { boxStyle } from '../ui/text-field.tsx'
import { cx } from '../ui/class-names.ts'
import { countFacet, facets, nothingChosen, type Facet, type View } from './view.ts'

type FilterRowProps = {
  nodes: readonly Node[]
  nowMs: number
  view: View
  shown: number
  problem: SelectionProblem | null
  onType: (text: string) => void
  onShow: (view: View) => void
}

/** The box and the chips. What they say stands in the address. */
export function FilterRow({ nodes, nowMs, view, shown, problem, onType, onShow }: FilterRowProps) {
  const t = useTranslations('fleet.filter')
  const filtered = view.text !== '' || facets.some((facet) => view.chosen[facet].length > 0)
  const reset = () => onShow({ ...view, text: '', chosen: nothingChosen })
  return (
    <search className="z-20 flex min-h-13 items-center gap-2 border-b bg-background px-5 max-md:flex-wrap max-md:py-2 sm:sticky sm:top-0">
      <FilterBox text={view.text} problem={problem} onType={onType} onClear={() => onShow({ ...view, text: '' })} />
      <div className="no-scrollbar flex min-w-0 gap-2 overflow-x-auto py-0.5 max-md:-mx-1 max-md:px-1">
        {facets.map((facet) => (
          <FacetChip key={facet} facet={facet} nodes={nodes} nowMs={nowMs} view={view} onShow={onShow} />
        ))}
        {filtered && (
          <button type="button" onClick={reset} className="shrink-0 rounded-sm px-2 text-muted underline-offset-3 hover:text-text hover:underline max-sm:min-h-11">
            {t('reset')}
          </button>
        )}
      </div>
      <output className="ml-auto shrink-0 pl-2 text-label text-faint max-md:hidden">{filtered ? t('shown', { shown, total: nodes.length }) : ''}</output>
    </search>
  )
}

type FilterBoxProps = { text: string; problem: SelectionProblem | null; onType: (text: string) => void; onClear: () => void }

function FilterBox({ text, problem, onType, onClear }: FilterBoxProps) {
  const t = useTranslations('fleet.filter')
  return (
    <div className="relative flex w-80 shrink-0 items-center max-md:w-full">
      <Search size={14} aria-hidden className="pointer-events-none absolute left-2.5 text-muted" />
      <input
        type="text"
        inputMode="search"
        enterKeyHint="search"
        value={text}
        onChange={(event) => onType(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          onClear()
          event.currentTarget.blur()
        }}
        placeholder={t('placeholder')}
        aria-label={t('label')}
        aria-invalid={problem !== null || undefined}
        aria-describedby="fleet-filter-help"
        title={t('help')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={4096}
        data-filter
        className={cx(boxStyle, 'pr-8 pl-8 font-mono placeholder:font-sans')}
      />
      <span id="fleet-filter-help" className="sr-only">
        {t('help')}
      </span>
      {text !== '' && (
        <button type="button" aria-label={t('clear')} title={t('clear')} onClick={onClear} className="absolute right-1 flex size-6 items-center justify-center rounded-sm text-muted hover:text-text max-sm:size-11">
          <X size={14} aria-hidden />
        </button>
      )}
      {problem !== null && (
        <p role="status" className="absolute top-full left-0 z-30 mt-1 rounded-md border border-line-strong bg-surface px-2 py-1 text-label text-warning shadow-xl">
          {t(`problem.${problem.code}`, { text: problem.text })}
        </p>
      )}
    </div>
  )
}

const mostChoices = 40

function FacetChip({ facet, nodes, nowMs, view, onShow }: { facet: Facet; nodes: readonly Node[]; nowMs: number; view: View; onShow: (view: View) => void }) {
  const t = useTranslations('fleet.filter')
  const health = useTranslations('health')
  const power = useTranslations('powerState')
  const chosen = view.chosen[facet]
  const words = (value: string) => {
    if (facet === 'health' && isLevel(value)) return health(value)
    if (facet === 'power' && isPower(value)) return power(value)
    return value
  }
  const choose = (value: string) => {
    const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]
    onShow({ ...view, chosen: { ...view.chosen, [facet]: next } })
  }
  // Counting ten thousand nodes is for when somebody comes near the chip, not for every change of a row.
  const [wanted, setWanted] = useState(false)
  const choices = wanted ? countFacet(nodes, facet, nowMs).slice(0, mostChoices) : []
  const entries: MenuEntry[] = [
    { label: t('any'), checked: chosen.length === 0, onSelect: () => onShow({ ...view, chosen: { ...view.chosen, [facet]: [] } }) },
    { kind: 'line' },
    ...choices.map(({ value, count }) => ({ label: words(value), end: String(count), checked: chosen.includes(value), stay: true, onSelect: () => choose(value) })),
  ]
  const [only] = chosen
  const said = only === undefined ? t('any') : chosen.length === 1 ? words(only) : t('several', { count: chosen.length })
  return (
    <span className="contents" onPointerEnter={() => setWanted(true)} onFocus={() => setWanted(true)}>
      <MenuButton label={`${t(facet)} ${said}`} entries={entries} look={chipStyle(chosen.length > 0)}>
        {t(facet)} <span className="max-w-40 truncate font-medium text-text">{said}</span>
      </MenuButton>
    </span>
  )
}

const isLevel = (value: string): value is 'ok' | 'warning' | 'critical' | 'unknown' => ['ok', 'warning', 'critical', 'unknown'].includes(value)
const isPower = (value: string): value is 'on' | 'off' | 'poweringOn' | 'poweringOff' | 'unknown' =>
  ['on', 'off', 'poweringOn', 'poweringOff', 'unknown'].includes(value)
