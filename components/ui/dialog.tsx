'use client'

import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { cx } from './class-names.ts'
import { useWords } from './words.tsx'

type DialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  /** What will happen, in one sentence. */
  description?: ReactNode
  children?: ReactNode
  /** The row of buttons at the end. */
  footer?: ReactNode
  width?: 'sm' | 'md' | 'lg'
  initialFocus?: RefObject<HTMLElement | null>
  /** A press beside it does not close it: for what cannot be shown again. */
  keepOnOutsidePress?: boolean
}

const widths = { sm: 'sm:max-w-md', md: 'sm:max-w-xl', lg: 'sm:max-w-3xl' } as const

/** A dialog. Heavy: a page loads the component that uses it when it is first needed (`next/dynamic`). On a narrow screen it rises from below. */
export function Dialog({ open, onOpenChange, title, description, children, footer, width = 'md', initialFocus, keepOnOutsidePress = false }: DialogProps) {
  const words = useWords()
  return (
    <Base.Root open={open} onOpenChange={onOpenChange} disablePointerDismissal={keepOnOutsidePress}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-shade transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          initialFocus={initialFocus}
          className={cx(
            'fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-lg border border-line-strong bg-surface shadow-2xl outline-none',
            'transition-[opacity,translate] data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0',
            'sm:top-1/2 sm:bottom-auto sm:mx-auto sm:w-[calc(100%-3rem)] sm:-translate-y-1/2 sm:rounded-lg sm:data-starting-style:-translate-y-[calc(50%-0.5rem)]',
            widths[width],
          )}
        >
          <div className="flex items-start gap-3 border-b px-5 py-4">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-title font-medium">{title}</Base.Title>
              {description !== undefined && <Base.Description className="mt-1 text-muted">{description}</Base.Description>}
            </div>
            <Base.Close
              aria-label={words.close}
              title={words.close}
              className="-mt-1 -mr-2 flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text max-sm:size-11"
            >
              <X size={16} aria-hidden />
            </Base.Close>
          </div>
          {children !== undefined && <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>}
          {footer !== undefined && <div className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-4">{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** A part of a dialog's body, with the hairline to the next. */
export function DialogPart({ className, children }: { className?: string; children: ReactNode }) {
  return <div className={cx('border-b px-5 py-4 last:border-b-0', className)}>{children}</div>
}
