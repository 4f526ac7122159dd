'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { Part } from '#lib/domain/inventory.ts'
import { toSlotWords } from '#lib/domain/slot-words.ts'
import { LocalTime } from '../ui/local-time.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { Copied } from './copied.tsx'
import { useFaultWords, usePartFigures } from './part-words.ts'

/** What of a part is copied to tickets and orders. */
export const facts = ['serial', 'sku', 'partNumber', 'mac', 'firmware', 'assetTag'] as const
export type Fact = (typeof facts)[number]
const none: readonly Fact[] = []

/** What would only repeat another is said once: a slot that two parts share begins with their name, too. */
const nameOf = (part: Part) => (toSlotWords(part).startsWith(part.name) || part.name === part.model ? undefined : part.name)

/** Where a part is, and a mark when it is not well. */
export function Slot({ part }: { part: Part }) {
  const health = useTranslations('health')
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      {part.health !== undefined && part.health !== 'ok' && (
        <HealthMark level={part.health} label={health(part.health)} className="translate-y-0.5" />
      )}
      <span className="min-w-0 wrap-anywhere">{toSlotWords(part)}</span>
    </span>
  )
}

function Faults({ faults }: Pick<Part, 'faults'>) {
  const words = useFaultWords()
  return faults?.map((fault) => (
    <span key={fault} className="flex items-baseline gap-2 text-warning">
      <HealthMark level="warning" className="translate-y-0.5" />
      {words(fault)}
    </span>
  ))
}

/** What a part is: model and maker, its figures, and what is wrong with its description. */
export function What({ part }: { part: Part }) {
  const t = useTranslations('inventory')
  const figures = usePartFigures()(part)
  const name = nameOf(part)
  const title = part.model ?? name
  return (
    <span className="flex flex-col">
      {(title !== undefined || part.manufacturer !== undefined) && (
        <span>
          {title} {part.manufacturer !== undefined && <span className="text-muted">{part.manufacturer}</span>}
        </span>
      )}
      {part.model !== undefined && name !== undefined && <span className="text-muted">{name}</span>}
      {figures.length > 0 && <span className="text-muted">{figures.join(' · ')}</span>}
      {part.manufacturedAt !== undefined && (
        <span className="text-muted">
          {t('made')} <LocalTime at={part.manufacturedAt} shape="day" />
        </span>
      )}
      <Faults faults={part.faults} />
    </span>
  )
}

/** Named facts under each other; what is not told is left out. */
export function FactRows({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-3">
      {rows.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name} className="contents">
              <dt className="text-label text-faint">{name}</dt>
              <dd className="flex min-w-0 flex-col items-start wrap-anywhere">{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

/** One fact of a part, to take away. */
export function PartCopied({ part, fact }: { part: Part; fact: Fact }) {
  const t = useTranslations('inventory')
  const text = part[fact]
  return text !== undefined && <Copied text={text} label={t('copy', { what: t(`column.${fact}`), slot: part.slot })} />
}

/** The facts of a part under each other, for where there is no room for columns. */
export function PartFacts({ part, left = none }: { part: Part; /** Facts that stand elsewhere. */ left?: readonly Fact[] }) {
  const t = useTranslations('inventory')
  const shown = facts.filter((fact) => part[fact] !== undefined && !left.includes(fact))
  if (shown.length === 0) return null
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3">
      {shown.map((fact) => (
        <div key={fact} className="contents">
          <dt className="text-label text-faint">{t(`column.${fact}`)}</dt>
          <dd className="min-w-0">
            <PartCopied part={part} fact={fact} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
