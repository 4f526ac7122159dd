'use client'

import { useId, type ComponentProps, type MouseEvent, type ReactNode } from 'react'
import { cx } from './class-names.ts'

export type ButtonKind = 'plain' | 'strong' | 'danger' | 'quiet'
export type ButtonSize = 'md' | 'sm'

const kinds: Record<ButtonKind, string> = {
  plain: 'border-line-strong bg-surface text-text hover:bg-selected',
  strong: 'border-text bg-text text-background hover:opacity-90',
  danger: 'border-line-strong bg-surface text-critical hover:bg-critical-ground',
  quiet: 'border-transparent bg-transparent text-muted hover:bg-hover hover:text-text',
}
const off = 'border-line bg-transparent text-faint'

const sizes: Record<ButtonSize, string> = { md: 'h-8 px-3', sm: 'h-7 px-2' }

/** The look of a button, also for a link that stands where a button would. */
export const buttonStyle = (kind: ButtonKind = 'plain', size: ButtonSize = 'md', disabled = false) =>
  cx(
    'inline-flex shrink-0 items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap transition-colors select-none max-sm:min-h-11',
    sizes[size],
    disabled ? off : kinds[kind],
  )

type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> & {
  kind?: ButtonKind
  size?: ButtonSize
  disabled?: boolean
  /** Why it cannot be pressed. The button is greyed, still reachable by keyboard, and tells this to everyone. */
  reason?: string
  /** On its way: greyed, without a reason. */
  busy?: boolean
}

/** A button. With `reason` it is greyed and says why; it keeps its place in the tab order so that the reason can be read. */
export function Button({ kind, size, disabled = false, reason, busy = false, className, onClick, children, ...rest }: ButtonProps) {
  const reasonId = useId()
  const blocked = reason !== undefined || busy
  const guard = (event: MouseEvent<HTMLButtonElement>) => {
    if (blocked) event.preventDefault()
    else onClick?.(event)
  }
  return (
    <button
      type="button"
      {...rest}
      onClick={guard}
      disabled={disabled}
      aria-disabled={blocked || undefined}
      aria-busy={busy || undefined}
      aria-describedby={reason === undefined ? rest['aria-describedby'] : reasonId}
      title={reason ?? rest.title}
      className={cx(buttonStyle(kind, size, disabled || blocked), className)}
    >
      {children}
      {reason !== undefined && (
        <span id={reasonId} hidden>
          {reason}
        </span>
      )}
    </button>
  )
}

type IconButtonProps = Omit<ButtonProps, 'children' | 'aria-label'> & { label: string; children: ReactNode }

/** A button that shows only an icon; `label` is its name and its tooltip. */
export function IconButton({ label, className, size = 'md', kind = 'quiet', title, ...rest }: IconButtonProps) {
  return (
    <Button
      {...rest}
      kind={kind}
      size={size}
      aria-label={label}
      title={title ?? label}
      className={cx('px-0! max-sm:min-w-11', size === 'md' ? 'w-8' : 'w-7', className)}
    />
  )
}
