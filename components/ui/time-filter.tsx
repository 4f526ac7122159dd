'use client'

import { TextField } from './text-field.tsx'
import { toBoxTime } from './time-span.ts'

/** One end of a span of time, an ISO instant; it counts when the box is left, and an empty one is undefined. */
export function TimeFilter({ label, value, onCommit, className }: { label: string; value: string | undefined; onCommit: (value: string | undefined) => void; className: string }) {
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
      className={className}
    />
  )
}
