import { Search } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cx } from './class-names.ts'
import { boxStyle } from './text-field.tsx'

type FilterFieldProps = Omit<ComponentProps<'input'>, 'type' | 'onChange' | 'value'> & { label: string; value: string; onType: (text: string) => void }

/** The box that narrows a list as one types; `/` leads to the page's first. */
export function FilterField({ label, value, onType, className, ...rest }: FilterFieldProps) {
  return (
    <div className="relative flex w-60 shrink-0 items-center max-md:w-full">
      <Search size={14} aria-hidden className="pointer-events-none absolute left-2.5 text-muted" />
      <input
        type="search"
        value={value}
        onChange={(event) => onType(event.target.value)}
        placeholder={label}
        aria-label={label}
        autoComplete="off"
        spellCheck={false}
        data-filter
        {...rest}
        className={cx(boxStyle, 'pl-8', className)}
      />
    </div>
  )
}
