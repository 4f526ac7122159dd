'use client'

import { TextField } from './text-field.tsx'

type TypedFilterProps = { label: string; placeholder: string; value: string; onCommit: (value: string) => void; /** `/` leads to it. */ first?: boolean }

/** A box whose value counts when one leaves it or presses Enter. */
export function TypedFilter({ label, placeholder, value, onCommit, first }: TypedFilterProps) {
  return (
    <TextField
      key={value}
      label={label}
      labelHidden
      mono
      defaultValue={value}
      placeholder={placeholder}
      data-filter={first}
      maxLength={255}
      onBlur={(event) => event.target.value.trim() !== value && onCommit(event.target.value.trim())}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      className="w-36 max-sm:w-full"
    />
  )
}
