'use client'

import { useTranslations } from 'next-intl'
import { cx } from '../ui/class-names.ts'
import { ranges, type Range } from './range.ts'

/** How far back the curves reach; the address keeps it. */
export function RangeSwitch({ hours }: { hours: Range }) {
  const t = useTranslations('node.history')
  const choose = (range: Range) => window.history.replaceState(null, '', range === 6 ? window.location.pathname : `?hours=${range}`)
  return (
    <div role="group" aria-label={t('range')} className="flex gap-1 px-5 pt-3">
      {ranges.map((range) => (
        <button
          key={range}
          type="button"
          aria-pressed={range === hours}
          onClick={() => choose(range)}
          className={cx('h-6 rounded-sm px-2 text-label max-sm:min-h-11 max-sm:min-w-11', range === hours ? 'bg-selected text-text' : 'text-muted hover:text-text')}
        >
          {t(`hours.${range}`)}
        </button>
      ))}
    </div>
  )
}
