'use client'

import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import { cx } from './class-names.ts'
import { Field, boxStyle } from './text-field.tsx'

export type Choice<T extends string> = { value: T; label: string; hint?: string }

type SelectProps<T extends string> = {
  label: string
  labelHidden?: boolean
  value: T
  onChange: (value: T) => void
  choices: readonly Choice<T>[]
  hint?: string
  error?: string | null
  /** Why it cannot be changed. */
  reason?: string
  mono?: boolean
  className?: string
}

/** One of a few. For use on pages that may load it (dialogs, settings, audit); a fleet filter uses MenuButton. */
export function Select<T extends string>({ label, labelHidden, value, onChange, choices, hint, error, reason, mono, className }: SelectProps<T>) {
  return (
    <Field label={label} labelHidden={labelHidden} hint={reason ?? hint} error={error} className={className}>
      {(ids) => (
        <Base.Root items={[...choices]} value={value} onValueChange={(next) => next !== null && onChange(next)} disabled={reason !== undefined}>
          <Base.Trigger {...ids} className={cx(boxStyle, 'flex items-center gap-2 text-left whitespace-nowrap data-disabled:text-faint', mono === true && 'font-mono')}>
            <Base.Value className="min-w-0 flex-1 truncate" />
            <Base.Icon>
              <ChevronDown size={14} aria-hidden className="text-muted" />
            </Base.Icon>
          </Base.Trigger>
          <Base.Portal>
            <Base.Positioner sideOffset={4} alignItemWithTrigger={false} collisionPadding={8} className="z-60 outline-none">
              <Base.Popup className="max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto rounded-lg border border-line-strong bg-surface p-1 shadow-xl outline-none">
                {choices.map((choice) => (
                  <Base.Item
                    key={choice.value}
                    value={choice.value}
                    className="flex min-h-8 cursor-pointer items-center gap-3 rounded-md px-2.5 py-1 outline-none select-none data-highlighted:bg-selected max-sm:min-h-11"
                  >
                    <span className="flex-1">
                      <Base.ItemText className={cx(mono === true && 'font-mono')}>{choice.label}</Base.ItemText>
                      {choice.hint !== undefined && <span className="block max-w-64 text-label text-faint">{choice.hint}</span>}
                    </span>
                    <Base.ItemIndicator>
                      <Check size={14} aria-hidden />
                    </Base.ItemIndicator>
                  </Base.Item>
                ))}
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.Root>
      )}
    </Field>
  )
}
