'use client'

import { useTranslations } from 'next-intl'
import type { Part } from '#lib/domain/inventory.ts'
import { cx } from '../ui/class-names.ts'
import { HealthMark } from '../ui/marks.tsx'
import { Copied } from './copied.tsx'
import { usePartFigures } from './part-words.ts'
import { bySlot } from './summary.ts'

/** Each slot draws its own lines, so that a row that is not full ends where its slots do. */
const box = 'px-3 py-2 shadow-[0_0_0_1px_var(--line)]'

function Module({ part }: { part: Part }) {
  const t = useTranslations('inventory')
  const health = useTranslations('health')
  const figures = usePartFigures()(part)
  return (
    <li className={cx(box, 'flex min-w-0 flex-col')}>
      <span className="flex items-center gap-2">
        {part.health !== undefined && part.health !== 'ok' && <HealthMark level={part.health} label={health(part.health)} />}
        <span className="min-w-0 truncate font-medium" title={part.slot}>
          {part.slot}
        </span>
      </span>
      <span className="truncate text-muted" title={figures.join(' · ')}>
        {figures.join(' ')}
      </span>
      {part.manufacturer !== undefined && <span className="truncate text-label text-faint">{part.manufacturer}</span>}
      {part.partNumber !== undefined && (
        <span className="text-label">
          <Copied text={part.partNumber} label={t('copy', { what: t('column.partNumber'), slot: part.slot })} />
        </span>
      )}
      {part.serial !== undefined && (
        <span className="text-label">
          <Copied text={part.serial} label={t('copy', { what: t('column.serial'), slot: part.slot })} />
        </span>
      )}
    </li>
  )
}

/** The modules by slot. BMCs count empty slots and hardly name them, so that these stand at the end. */
export function MemoryGrid({ modules, empty }: { modules: readonly Part[]; empty: number }) {
  const t = useTranslations('inventory')
  return (
    <ul
      aria-label={t('section.memory')}
      className="mx-5 mb-4 grid grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))] gap-px overflow-hidden rounded-md p-px"
    >
      {bySlot(modules).map((part) => (
        <Module key={part.slot} part={part} />
      ))}
      {Array.from({ length: empty }, (_, index) => (
        <li key={`empty ${index}`} className={cx(box, 'flex min-h-13 items-center justify-center text-label text-faint')}>
          {t('emptySlot')}
        </li>
      ))}
    </ul>
  )
}
