'use client'

import { Check, Minus } from 'lucide-react'
import { useEffect, useRef, type ComponentProps, type ReactNode } from 'react'
import { cx } from './class-names.ts'

type CheckboxProps = Omit<ComponentProps<'input'>, 'type' | 'className' | 'children'> & {
  /** Some but not all of what it stands for. */
  mixed?: boolean
  /** The visible words; without them give `aria-label`. */
  children?: ReactNode
  className?: string
}

/** The browser's own checkbox in our clothes: it needs no script to work, and every assistive tool knows it. */
export function Checkbox({ mixed = false, children, className, ...rest }: CheckboxProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (input.current !== null) input.current.indeterminate = mixed
  }, [mixed])
  const Icon = mixed ? Minus : Check
  return (
    <label className={cx('inline-flex items-center gap-2 max-sm:min-h-11 max-sm:min-w-11', className)}>
      <span className="relative flex size-3.5">
        <input
          {...rest}
          ref={input}
          type="checkbox"
          className="peer size-3.5 appearance-none rounded-sm border border-line-control bg-surface checked:border-info checked:bg-info indeterminate:border-info indeterminate:bg-info disabled:opacity-50"
        />
        <Icon
          size={12}
          strokeWidth={3}
          aria-hidden
          className="pointer-events-none absolute inset-px text-background opacity-0 peer-checked:opacity-100 peer-indeterminate:opacity-100"
        />
      </span>
      {children}
    </label>
  )
}
