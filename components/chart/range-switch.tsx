import { cx } from '../ui/class-names.ts'

type RangeSwitchProps<R extends number> = {
  label: string
  ranges: readonly R[]
  hours: R
  nameOf: (hours: R) => string
  onChoose: (hours: R) => void
}

/** How far back curves reach. */
export function RangeSwitch<R extends number>({ label, ranges, hours, nameOf, onChoose }: RangeSwitchProps<R>) {
  return (
    <div role="group" aria-label={label} className="flex flex-wrap gap-1 px-5 pt-3">
      {ranges.map((range) => (
        <button
          key={range}
          type="button"
          aria-pressed={range === hours}
          onClick={() => onChoose(range)}
          className={cx('h-6 rounded-sm px-2 text-label max-sm:min-h-11 max-sm:min-w-11', range === hours ? 'bg-selected text-text' : 'text-muted hover:text-text')}
        >
          {nameOf(range)}
        </button>
      ))}
    </div>
  )
}
