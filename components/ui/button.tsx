'use client'

import { useId, type ComponentProps, type MouseEvent, type ReactNode } from 'react'
import { buttonStyle, type ButtonKind, type ButtonSize } from './button-style.ts'
import { cx } from './class-names.ts'

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
