import type { ReactNode } from 'react'
import { cx } from '../ui/class-names.ts'

const none: readonly string[] = []

/** Names and what they are, in two columns; what is not known is left out. */
export function Pairs({ rows, mono = none }: { rows: readonly (readonly [string, ReactNode])[]; mono?: readonly string[] }) {
  const known = rows.filter(([, value]) => value !== undefined && value !== null && value !== false && value !== '')
  return (
    <dl className="grid grid-cols-[minmax(5rem,auto)_minmax(0,1fr)] gap-x-6 gap-y-1.5">
      {known.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className={cx('min-w-0 text-right break-words', mono.includes(name) && 'font-mono')}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
