'use client'

import { lazy, Suspense, useRef, useState, type ReactNode } from 'react'
import { buttonStyle, type ButtonKind, type ButtonSize } from './button-style.ts'
import { cx } from './class-names.ts'

/**
 * A line of a menu. `reason` greys it and says why. `checked` makes it a choice that shows whether it is made;
 * with `stay` the menu stays open. `href` makes it a link.
 */
export type MenuEntry =
  | { kind: 'line' }
  | { kind: 'heading'; label: string }
  | {
      kind?: 'item'
      label: string
      onSelect?: () => void
      href?: string
      icon?: ReactNode
      end?: ReactNode
      tone?: 'danger'
      reason?: string
      checked?: boolean
      stay?: boolean
    }

type MenuButtonProps = {
  /** The name of the button and of its menu. */
  label: string
  entries: readonly MenuEntry[]
  /** What the button shows; its label when absent. */
  children?: ReactNode
  kind?: ButtonKind
  size?: ButtonSize
  align?: 'start' | 'end'
  /** Replaces the look of a button, e.g. `chipStyle(true)`. */
  look?: string
  className?: string
  title?: string
  /** What it shows says its name already, seen or for screen readers alone. */
  namesItself?: boolean
}

const load = () => import('./menu-popup.tsx')
const MenuPopup = lazy(load)

/** A button with a menu. The menu's code is fetched when the pointer or the focus comes near, and is not part of the first load. */
export function MenuButton({ label, entries, children, kind, size, align = 'start', look, className, title, namesItself = false }: MenuButtonProps) {
  const button = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState(false)
  const warm = () => void load()
  const toggle = () => {
    setWanted(true)
    setOpen(!open)
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        title={title}
        aria-label={children === undefined || namesItself ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={open}
        onPointerEnter={warm}
        onFocus={warm}
        onClick={toggle}
        className={cx(look ?? buttonStyle(kind, size), className)}
      >
        {children ?? label}
      </button>
      {wanted && (
        <Suspense fallback={null}>
          <MenuPopup anchor={button} open={open} onOpenChange={setOpen} entries={entries} label={label} align={align} />
        </Suspense>
      )}
    </>
  )
}
