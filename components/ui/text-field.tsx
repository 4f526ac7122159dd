'use client'

import { useId, type ComponentProps, type ReactNode } from 'react'
import { cx } from './class-names.ts'

/** The look of a box that takes text. */
export const boxStyle =
  'h-8 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-text transition-colors hover:border-line-control aria-invalid:border-critical disabled:bg-transparent disabled:text-faint max-sm:min-h-11'

type FieldProps = {
  label: string
  /** Shown under the box: what is expected. */
  hint?: ReactNode
  /** Shown instead of the hint, in red, and told to screen readers. */
  error?: string | null
  /** The label is there for screen readers only. */
  labelHidden?: boolean
  className?: string
}

/** Label, control, and what is to be said about it. `children` gets the ids that tie them together. */
export function Field({ label, hint, error, labelHidden, className, children }: FieldProps & {
  children: (ids: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }) => ReactNode
}) {
  const id = useId()
  const noteId = `${id}-note`
  const wrong = error != null && error !== ''
  const note = wrong ? error : hint
  return (
    <div className={cx('flex min-w-0 flex-col gap-1.5', className)}>
      <label htmlFor={id} className={labelHidden === true ? 'sr-only' : 'text-label text-muted'}>
        {label}
      </label>
      {children({ id, 'aria-describedby': note == null ? undefined : noteId, 'aria-invalid': wrong || undefined })}
      {note != null && (
        <p id={noteId} role={wrong ? 'alert' : undefined} className={cx('text-label', wrong ? 'text-critical' : 'text-faint')}>
          {note}
        </p>
      )}
    </div>
  )
}

export type TextFieldProps = Omit<ComponentProps<'input'>, 'id' | 'className' | 'prefix'> &
  FieldProps & {
    /** Set in the monospaced face: names, addresses, serials, commands. */
    mono?: boolean
    /** Stands inside the box, before and after what is typed. */
    before?: ReactNode
    after?: ReactNode
  }

export function TextField({ label, hint, error, labelHidden, mono, before, after, className, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} labelHidden={labelHidden} className={className}>
      {(ids) => (
        <span className="relative flex items-center">
          {before !== undefined && <span className="pointer-events-none absolute left-2.5 flex text-muted">{before}</span>}
          <input
            type="text"
            autoComplete="off"
            spellCheck={false}
            {...rest}
            {...ids}
            className={cx(boxStyle, mono === true && 'font-mono placeholder:font-sans', before !== undefined && 'pl-8', after !== undefined && 'pr-10')}
          />
          {after !== undefined && <span className="absolute right-1 flex items-center">{after}</span>}
        </span>
      )}
    </Field>
  )
}

type TextAreaProps = Omit<ComponentProps<'textarea'>, 'id' | 'className'> & FieldProps & { mono?: boolean }

export function TextArea({ label, hint, error, labelHidden, mono, className, ...rest }: TextAreaProps) {
  return (
    <Field label={label} hint={hint} error={error} labelHidden={labelHidden} className={className}>
      {(ids) => (
        <textarea rows={3} spellCheck={false} {...rest} {...ids} className={cx(boxStyle, 'h-auto py-1.5', mono === true && 'font-mono')} />
      )}
    </Field>
  )
}
