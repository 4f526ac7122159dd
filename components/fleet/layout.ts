import { cx } from '../ui/class-names.ts'

/**
 * The columns of the fleet's rows, one grid for head and rows. Narrow screens get two lines: name, power and heat,
 * and under them health and age.
 */
export const rowGrid = cx(
  'grid items-center gap-x-3 pr-5 max-sm:content-center max-sm:gap-y-0.5 pl-2 sm:pl-5',
  'grid-cols-[2.75rem_minmax(0,1fr)_auto_auto]',
  'sm:grid-cols-[1rem_minmax(5rem,1fr)_6.5rem_minmax(9rem,2fr)_5rem_5rem_4.5rem]',
  'lg:grid-cols-[1rem_minmax(6rem,0.9fr)_6.5rem_minmax(11rem,2fr)_minmax(9rem,1.7fr)_minmax(7rem,1fr)_5rem_9rem_4.5rem]',
  'xl:grid-cols-[1rem_minmax(6rem,0.9fr)_minmax(4.5rem,0.5fr)_6.5rem_minmax(11rem,2fr)_minmax(9rem,1.7fr)_minmax(7rem,1fr)_5rem_9rem_4.5rem]',
)

/** Where a cell stands and how it cuts what is too long. */
export const cellStyle = {
  check: 'flex items-center max-sm:relative max-sm:z-1 max-sm:col-start-1 max-sm:row-span-2 max-sm:row-start-1 max-sm:justify-center',
  name: 'min-w-0 max-sm:col-start-2 max-sm:row-start-1',
  rack: 'truncate text-muted max-xl:hidden',
  power: 'flex min-w-0 items-center gap-2 max-sm:col-start-3 max-sm:row-start-1',
  health: 'flex min-w-0 items-center gap-2 max-sm:col-span-2 max-sm:col-start-2 max-sm:row-start-2',
  model: 'truncate max-lg:hidden',
  bmc: 'truncate font-mono text-muted max-lg:hidden',
  hottest: 'text-right whitespace-nowrap max-sm:col-start-4 max-sm:row-start-1 max-sm:min-w-12',
  watts: 'flex items-center justify-end gap-2 max-sm:hidden',
  seen: 'text-right max-sm:col-start-4 max-sm:row-start-2',
} as const

export const rowHeight = { wide: 34, narrow: 56 } as const
